import type { ConstructError } from "../constructs";
import { registerKeys, roleKeys, userKeys } from "./access-schema";
import type { FileProblem, Path } from "./problems";

/** Where the props of a construct are in the file. */
export interface Place {
  /** The block that becomes the construct, such as `access.role`. */
  readonly block: string;
  /** Props whose place is another than block and name, from the root of the file. */
  readonly moved?: Readonly<Record<string, string>>;
}

/** The stack has the file itself for props. */
export const wholeFile: Place = { block: "" };

export const tokenPlace: Place = {
  block: "token",
  moved: { token: "token.variable", tokenVersion: "token.version" },
};

export const hookPlace: Place = { block: "hook", moved: { region: "region", listener: "listener" } };

export const fetcherPlace: Place = { block: "fetcher", moved: { region: "region", listener: "listener" } };

export const metricsPlace: Place = { block: "metrics", moved: { region: "region" } };

export const metricsTokenPlace: Place = {
  block: "metrics.token",
  moved: { token: "metrics.token.variable", tokenVersion: "metrics.token.version" },
};

export const requestMetricsPlace: Place = {
  block: "metrics",
  moved: { buckets: "metrics.requestMetrics" },
};

/** What the block says of Logz.io and the buckets are props of the role too. */
export const fetcherRolePlace: Place = { block: "access", moved: movedTo("access.role", roleKeys) };

export const fetcherUserPlace: Place = { block: "access", moved: movedTo("access.user", userKeys) };

/** A connector is made of one entry of the buckets. */
export function connectorPlace(index: number): Place {
  const bucket = `access.buckets[${index}]`;
  return { block: bucket, moved: movedTo(`${bucket}.register`, registerKeys) };
}

function movedTo(block: string, keys: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(keys.map((key) => [key, `${block}.${key}`]));
}

/** Where in the file the problems are that the stack or one of its constructs found. */
export function placesInFile({ constructPath, problems }: ConstructError, place: Place): FileProblem[] {
  const [, ...inStack] = constructPath.split("/");
  return problems.map(({ path, text }) => {
    // Props of a construct inside the block's own are not in the file.
    if (inStack.length > 1) return { path: pathOf(place.block), text: `${path} ${text}` };
    return { path: pathOf(placeOf(path, place)), text };
  });
}

/** A prop's list or block may be moved as a whole: `buckets[0].prefix` goes with `buckets`. */
function placeOf(prop: string, { block, moved = {} }: Place): string {
  const [name = ""] = /^[^.[]+/.exec(prop) ?? [];
  if (Object.hasOwn(moved, name)) return `${moved[name]}${prop.slice(name.length)}`;
  return block === "" ? prop : `${block}.${prop}`;
}

function pathOf(place: string): Path {
  const parts = place.replace(/\[(\d+)\]/g, ".$1").split(".");
  return parts.filter((part) => part !== "").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
