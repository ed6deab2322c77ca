import { MigrationRefused } from "./errors";
import { isObject, readTrustStatement, type TrustStatement } from "./trust-statement";

/**
 * A role's trust policy, as far as it lets Logz.io in. Only the external IDs of those statements are ever changed; all
 * else of the document stays as it is.
 */
export class TrustPolicy {
  private constructor(
    private readonly document: Readonly<Record<string, unknown>>,
    /** The statements that let Logz.io in. */
    private readonly statements: readonly TrustStatement[],
  ) {}

  /** @throws MigrationRefused with every statement whose external IDs cannot be changed safely */
  static read(text: string, logzioAccountId: string): TrustPolicy {
    const document = parse(text);
    const read = [document["Statement"] ?? []]
      .flat()
      .map((written, index) => readTrustStatement(written, index, logzioAccountId));
    const problems = read.flatMap((one) => ("problem" in one ? [one.problem] : []));
    if (problems.length > 0) {
      throw new MigrationRefused(
        `The role's trust policy cannot be changed safely; nothing was changed:\n${problems.map((text) => `  - ${text}`).join("\n")}`,
      );
    }
    const statements = read.filter((one): one is TrustStatement => "externalIds" in one);
    if (statements.length === 0) {
      throw new MigrationRefused(
        `The role's trust policy does not let Logz.io's AWS account ${logzioAccountId} in, so no configuration that uses ` +
          "the role can work; add the statement that logzio-s3 doctor prints",
      );
    }
    return new TrustPolicy(document, statements);
  }

  /** All external IDs with which Logz.io gets in, each once. */
  get externalIds(): readonly string[] {
    return [...new Set(this.statements.flatMap(({ externalIds }) => externalIds))];
  }

  /** Whether Logz.io gets in by every statement with the external ID. */
  accepts(externalId: string): boolean {
    return this.statements.every(({ externalIds }) => externalIds.includes(externalId));
  }

  acceptsOnly(externalId: string): boolean {
    return this.accepts(externalId) && this.externalIds.length === 1;
  }

  /** The document with external IDs besides those that are accepted. */
  textAccepting(...further: readonly string[]): string {
    return this.text(({ externalIds }) => [...new Set([...externalIds, ...further])]);
  }

  /** The document with no external ID but one. */
  textAcceptingOnly(externalId: string): string {
    return this.text(() => [externalId]);
  }

  private text(externalIds: (statement: TrustStatement) => readonly string[]): string {
    const edited = (written: unknown, index: number): unknown => {
      const statement = this.statements.find((one) => one.index === index);
      return statement === undefined ? written : statement.withExternalIds(externalIds(statement));
    };
    const { Statement: written } = this.document;
    const Statement = Array.isArray(written) ? written.map(edited) : edited(written, 0);
    // In the place that it has.
    return JSON.stringify({ ...this.document, Statement });
  }
}

function parse(text: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // Reported with what is no object.
  }
  if (!isObject(document)) throw new MigrationRefused("The role's trust policy is no JSON object");
  return document;
}
