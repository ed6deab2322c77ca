import type { ContextEntry, EvaluationResult } from "@aws-sdk/client-iam";
import type { KnownKeys } from "../policies/context";
import type { Clients } from "./clients";
import type { NeededCall } from "./needs";
import { read, type Reading } from "./reading";
import type { Reader } from "./reader";

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

/** Asks AWS to simulate a call by the reader. One action and one resource at a time: AWS refuses some mixtures. */
export async function simulate(
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
    (name) => name === "NoSuchEntityException" || name === "NoSuchEntity",
  );
}

function simulated(result: EvaluationResult): Simulated {
  const decision = result.EvalDecision;
  return {
    decision: decision === "allowed" || decision === "explicitDeny" ? decision : "implicitDeny",
    policies: [
      ...new Set(
        (result.MatchedStatements ?? []).flatMap(({ SourcePolicyId: id }) => (id === undefined ? [] : [id])),
      ),
    ],
    missingKeys: missingKeys(result),
    boundaryAllows: result.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary,
    organizationAllows: result.OrganizationsDecisionDetail?.AllowedByOrganizations,
  };
}

/** Where resources are named, AWS lists them by resource. Source: IAM API reference, EvaluationResult. */
function missingKeys({
  MissingContextValues: keys = [],
  ResourceSpecificResults: of = [],
}: EvaluationResult): string[] {
  return [...new Set([...keys, ...of.flatMap(({ MissingContextValues: own = [] }) => own)])];
}

function entriesOf(known: KnownKeys): ContextEntry[] {
  return Object.entries(known).map(([key, value]) => ({
    ContextKeyName: key,
    ContextKeyValues: [value].flat(),
    ContextKeyType:
      key === "aws:SecureTransport" ? "boolean" : Array.isArray(value) ? "stringList" : "string",
  }));
}
