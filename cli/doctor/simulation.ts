import type { ContextEntry, ContextKeyTypeEnum, EvaluationResult } from "@aws-sdk/client-iam";
import type { KnownKeys } from "../policies/context";
import type { Clients } from "./clients";
import { datesOf, type Need, type NeededCall } from "./needs";
import { read, type Reading } from "./reading";
import { isNoSuchEntity, type Reader } from "./reader";

/** What AWS makes of a call by the policies of the reader itself, its boundary and its organization. */
export interface Simulated {
  readonly decision: "allowed" | "explicitDeny" | "implicitDeny";
  /** The policies whose statements decided. */
  readonly policies: readonly string[];
  /** Condition keys of the policies that the request did not have; some may be of statements about other actions. */
  readonly missingKeys: readonly string[];
  /** Whether the permissions boundary allows it; undefined where there is none. */
  readonly boundaryAllows: boolean | undefined;
  /** Whether the organization's policies allow it; undefined where there are none. */
  readonly organizationAllows: boolean | undefined;
}

/** A call of a need, and what AWS's simulation made of it. */
export interface SimulatedCall {
  readonly form: string;
  readonly simulated: Reading<Simulated>;
}

/** Asks AWS to simulate every call of a need. @param ownerId account of the resource, where it is known */
export type SimulateNeed = (need: Need, ownerId: string | undefined) => Promise<SimulatedCall[]>;

/** @param unasked why AWS is not asked */
export function simulator(
  clients: Clients,
  reader: Reader,
  unasked: { readonly refused: string } | undefined,
): SimulateNeed {
  return ({ calls }, ownerId) => {
    const owner: KnownKeys = ownerId === undefined ? {} : { "aws:ResourceAccount": ownerId };
    const besides = { ...datesOf(reader), ...owner };
    return Promise.all(
      calls.map(async (call) => ({
        form: call.form,
        simulated:
          unasked ?? (await simulate(clients, reader, { ...call, known: { ...call.known, ...besides } })),
      })),
    );
  };
}

/** Asks AWS to simulate a call by the reader. One action and one resource at a time: AWS refuses some mixtures. */
async function simulate(
  { iam, abort }: Clients,
  reader: Reader,
  { action, resource, known }: NeededCall,
): Promise<Reading<Simulated>> {
  return read(
    "iam:SimulatePrincipalPolicy",
    async () => {
      const { EvaluationResults: results = [] } = await iam.simulatePrincipalPolicy(
        {
          PolicySourceArn: reader.arn,
          ActionNames: [action],
          ResourceArns: [resource],
          ContextEntries: entriesOf(known),
        },
        abort,
      );
      const [result] = results as (EvaluationResult | undefined)[];
      if (result === undefined) throw new Error("AWS answered without a result");
      return simulated(result);
    },
    isNoSuchEntity,
  );
}

function simulated(result: EvaluationResult): Simulated {
  const decision = result.EvalDecision;
  // Where resources are named, AWS lists things by resource. Source: IAM API reference, EvaluationResult.
  const parts = [result, ...(result.ResourceSpecificResults ?? [])];
  const boundaries = parts.flatMap(
    ({ PermissionsBoundaryDecisionDetail: detail }) => detail?.AllowedByPermissionsBoundary ?? [],
  );
  const deciding = parts.flatMap(({ MatchedStatements: statements = [] }) => statements);
  return {
    decision: decision === "allowed" || decision === "explicitDeny" ? decision : "implicitDeny",
    policies: [...new Set(deciding.flatMap(({ SourcePolicyId: id }) => id ?? []))],
    missingKeys: [...new Set(parts.flatMap(({ MissingContextValues: keys = [] }) => keys))],
    boundaryAllows: boundaries.length === 0 ? undefined : !boundaries.includes(false),
    organizationAllows: result.OrganizationsDecisionDetail?.AllowedByOrganizations,
  };
}

function entriesOf(known: KnownKeys): ContextEntry[] {
  return Object.entries(known).map(([key, value]) => ({
    ContextKeyName: key,
    ContextKeyValues: [value].flat(),
    ContextKeyType: types[key] ?? (Array.isArray(value) ? "stringList" : "string"),
  }));
}

/** Of the keys that are no strings. */
const types: Readonly<Partial<Record<string, ContextKeyTypeEnum>>> = {
  "aws:SecureTransport": "boolean",
  "aws:CurrentTime": "date",
  "aws:TokenIssueTime": "date",
};
