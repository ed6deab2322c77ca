import { addDoctor } from "../../../../cli/commands/doctor";
import type { Finding, Report, Summary } from "../../../../cli/doctor/finding";
import { contextOf } from "../../../../cli/policies/context";
import { parsePolicy } from "../../../../cli/policies/document";
import { evaluate } from "../../../../cli/policies/evaluate";
import { BucketDouble } from "../../../support/bucket-double";
import { runCommand, type CommandRun } from "../../../support/command-run";
import { IamDouble, type SimulatedDecision, type SimulationQuestion } from "../../../support/iam-double";
import { KmsDouble } from "../../../support/kms-double";
import { LogzioApiDouble } from "../../../support/logzio-api-double";
import { StsDouble } from "../../../support/sts-double";

export const account = "123456789012";
export const logzioAccount = "111122223333";
export const externalId = "logzio:aws:extid:new0000000000000";
export const roleName = "logzio-s3-fetcher";
export const roleArn = `arn:aws:iam::${account}:role/${roleName}`;
export const keyArn = `arn:aws:kms:us-east-1:${account}:key/11111111-2222-3333-4444-555555555555`;

/** A trust policy as FetcherRole writes it. */
export function trust(
  AWS: string | readonly string[] = `arn:aws:iam::${logzioAccount}:root`,
  Condition: object | null = { StringEquals: { "sts:ExternalId": externalId } },
) {
  const statement = { Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" };
  return policy(Condition === null ? statement : { ...statement, Condition });
}

export function policy(...Statement: object[]) {
  return { Version: "2012-10-17", Statement };
}

export const bucketPermissions = [
  { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: "arn:aws:s3:::logs" },
  { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::logs/AWSLogs/*" },
];

export const keyPermission = {
  Effect: "Allow",
  Action: "kms:Decrypt",
  Resource: keyArn,
  Condition: {
    StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" },
    StringLike: { "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::logs", "arn:aws:s3:::logs/AWSLogs/*"] },
  },
};

/** The policy that a key gets where its owner writes nothing else. */
export const defaultKeyPolicy = policy({
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: "kms:*",
  Resource: "*",
});

const everySwitch = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];

export const goodBucket = {
  region: "us-east-1",
  owner: account,
  encryption: { algorithm: "AES256" },
  ownership: "BucketOwnerEnforced",
  publicAccessBlock: everySwitch,
};

/** Every service that doctor asks, in a state in which nothing is wrong. */
export class Surroundings {
  /** What the role may do, as the simulation judges it. */
  permissions: object[] = [...bucketPermissions, keyPermission];

  static async start(): Promise<Surroundings> {
    const services = await Promise.all([
      IamDouble.start({ name: roleName, trustPolicy: trust() }),
      StsDouble.start(),
      BucketDouble.start(),
      KmsDouble.start(),
      LogzioApiDouble.start({ accountId: logzioAccount, externalId }),
    ]);
    return new Surroundings(...services);
  }

  private readonly environment = { ...process.env };

  private constructor(
    readonly iam: IamDouble,
    readonly sts: StsDouble,
    readonly s3: BucketDouble,
    readonly kms: KmsDouble,
    readonly api: LogzioApiDouble,
  ) {
    iam.simulate = (question) => this.simulate(question);
    s3.buckets.set("logs", goodBucket);
    kms.keys.set(keyArn, { policy: defaultKeyPolicy });
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: "AKIATESTER",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_IAM: iam.url,
      AWS_ENDPOINT_URL_STS: sts.url,
      AWS_ENDPOINT_URL_S3: s3.url,
      AWS_ENDPOINT_URL_KMS: kms.url,
      AWS_CONFIG_FILE: "/nonexistent",
      AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    });
  }

  async stop(): Promise<void> {
    process.env = this.environment;
    await Promise.all([this.iam, this.sts, this.s3, this.kms, this.api].map((double) => double.stop()));
  }

  /** What the command line says of the role and bucket. */
  readonly words = [
    "doctor",
    ...["--role-arn", roleArn, "--account-id", logzioAccount, "--external-id", externalId],
    ...["--bucket", "logs", "--prefix", "AWSLogs/"],
  ];

  /** Runs doctor with the options and, where it is to ask Logz.io, with the API token. */
  async doctor(
    words: readonly string[] = this.words,
    options: { token?: boolean; env?: Record<string, string> } = {},
  ) {
    const api = options.token === true ? ["--api-url", this.api.url] : [];
    const env = { ...(options.token === true ? { LOGZIO_API_TOKEN: this.api.token } : {}), ...options.env };
    const run = await runCommand(addDoctor, [...words, ...api, "--json"], env);
    return new Examination(run);
  }

  private simulate({ action, resource, context }: SimulationQuestion): SimulatedDecision {
    const document = parsePolicy(JSON.stringify(policy(...this.permissions)));
    const decision = evaluate(document, { action, resource, context: contextOf(context, true) });
    // Of every statement, also of those about other actions, as AWS lists them.
    const given = Object.keys(context).map((key) => key.toLowerCase());
    const missingContext = document.statements
      .flatMap(({ conditions }) => Object.values(conditions).flatMap((keys) => Object.keys(keys)))
      .filter((key) => !given.includes(key.toLowerCase()));
    if (decision.outcome === "allowed") return { decision: "allowed", missingContext };
    const refusal = decision.statement === undefined ? "implicitDeny" : "explicitDeny";
    return { decision: refusal, missingContext };
  }
}

/** What doctor found. */
export class Examination {
  constructor(readonly run: CommandRun) {}

  get report(): Report & { readonly summary: Summary } {
    if (this.run.stdout === "") throw new Error(`doctor printed no report: ${this.run.stderr}`);
    return JSON.parse(this.run.stdout) as Report & { readonly summary: Summary };
  }

  /** The findings of a check. */
  of(check: string): readonly Finding[] {
    const findings = this.report.sections.flatMap((section) => section.findings);
    const found = findings.filter((finding) => finding.check === check);
    if (found.length === 0)
      throw new Error(`no finding of ${check} in ${findings.map((one) => one.check).join(", ")}`);
    return found;
  }

  /** The only finding of a check. */
  one(check: string): Finding {
    const found = this.of(check);
    if (found.length > 1) throw new Error(`${found.length} findings of ${check}`);
    return found[0];
  }

  /** Checks whose claim is not proven, with their status. */
  get unproven(): Record<string, string> {
    const findings = this.report.sections.flatMap((section) => section.findings);
    return Object.fromEntries(
      findings.filter(({ status }) => status !== "proven").map(({ check, status }) => [check, status]),
    );
  }
}

/** Matches text with this in it. */
export function containing(text: string): unknown {
  return expect.stringContaining(text);
}
