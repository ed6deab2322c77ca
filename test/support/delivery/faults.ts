import fc from "fast-check";
import type { ScriptedAnswer } from "../../../cli/local/listener";
import type { AwsAnswer } from "../aws-double";
import { plan } from "./contents";

/** What goes wrong with one GET of an object; a place is a share of the body. */
export type ReadingFault =
  | { readonly kind: "reset" | "short" | "stall" | "end of the run" | "overwritten"; readonly at: number }
  | { readonly kind: "error"; readonly status: number; readonly code: string }
  | { readonly kind: "pieces"; readonly lengths: readonly number[] };

const place = fc.double({ min: 0, max: 1, noNaN: true });
const at = (
  kind: "reset" | "short" | "stall" | "end of the run" | "overwritten",
): fc.Arbitrary<ReadingFault> => place.map((share) => ({ kind, at: share }));
const error = (status: number, code: string): fc.Arbitrary<ReadingFault> =>
  fc.constant({ kind: "error", status, code });

const readingFault: fc.Arbitrary<ReadingFault> = fc.oneof(
  { weight: 8, arbitrary: at("end of the run") },
  {
    weight: 6,
    arbitrary: fc
      .array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 4 })
      .map((lengths) => ({ kind: "pieces" as const, lengths })),
  },
  { weight: 3, arbitrary: at("reset") },
  { weight: 2, arbitrary: at("short") },
  { weight: 1, arbitrary: at("stall") },
  { weight: 1, arbitrary: at("overwritten") },
  { weight: 1, arbitrary: error(500, "InternalError") },
  { weight: 1, arbitrary: error(403, "AccessDenied") },
);

const answer = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<ScriptedAnswer>({ status: 500 }, { status: 503 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<ScriptedAnswer>(
      { status: 429 },
      { status: 429, headers: { "Retry-After": "0" } },
    ),
  },
  { weight: 4, arbitrary: fc.constantFrom<ScriptedAnswer>("reset", "reset-after-body", { slowMs: 3 }) },
  { weight: 2, arbitrary: fc.constant<ScriptedAnswer>({ status: 413 }) },
  {
    weight: 2,
    arbitrary: fc.integer({ min: 1, max: 3 }).map((refusedLines): ScriptedAnswer => ({ refusedLines })),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<ScriptedAnswer>({ status: 401 }, { status: 400, body: "no" }, { status: 404 }),
  },
);

const handOverFault = fc.constantFrom<AwsAnswer>(
  { failEntries: [0] },
  { failEntries: [1] },
  { status: 500, code: "InternalError" },
  { status: 403, code: "AccessDenied" },
  "reset",
);

/** Objects with their events, and all that goes wrong on their way. */
export const delivery = fc.record({
  objects: fc.array(
    fc.record({
      plan,
      /** Whether the bucket has versions, and what is overwritten is still there. */
      versioned: fc.boolean(),
      /** How its GETs go wrong, in order. */
      reading: fc.array(readingFault, { maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  /** Objects that S3 tells of once more. */
  announcedAgain: fc.array(fc.nat({ max: 2 }), { maxLength: 1 }),
  shape: fc.constantFrom("S3", "SNS", "EventBridge"),
  /** Whether one message tells of all objects. */
  oneMessage: fc.boolean(),
  lastFirst: fc.boolean(),
  batchSize: fc.integer({ min: 1, max: 4 }),
  /** Bytes of a bulk, unless a document is longer. */
  bulkBytes: fc.constantFrom(500, 1500, 4000, 20_000),
  /** How many of them are filled or under way at once. */
  bulks: fc.integer({ min: 2, max: 4 }),
  answers: fc.array(answer, { maxLength: 5 }),
  handOver: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(handOverFault, { minLength: 1, maxLength: 2 }) },
  ),
  /** Whether another token takes the place of the one that the function knows. */
  rotated: fc.boolean(),
  coldStart: fc.constantFrom(...Array.from({ length: 9 }, () => false), true),
});

export type DeliveryCase = typeof delivery extends fc.Arbitrary<infer Case> ? Case : never;
