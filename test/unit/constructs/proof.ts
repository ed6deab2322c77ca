import { FetcherRole, type FetcherRoleProps } from "../../../constructs";
import {
  simulate,
  type IamCall,
  type PolicyDocument,
  type Simulation,
} from "../../support/policy-simulation";
import type { Template } from "../../support/template";
import { synthesize } from "./stacks";

/** For tables of who is allowed what, by the JSON that is synthesized and nothing else, as an IAM simulator sees it. */

/** Accounts of the role, of Logz.io, of whoever owns a bucket, and of somebody else. */
export const accounts = {
  own: "123456789012",
  logzio: "111122223333",
  owner: "444455556666",
  other: "210987654321",
};
const stackRegion = "us-east-1";
export const keyArn = (digit: number, region = stackRegion, account = accounts.own): string =>
  `arn:aws:kms:${region}:${account}:key/${String(digit).repeat(8)}-2222-3333-4444-555555555555`;
/** Keys of the buckets of the tables. */
export const keys = {
  logs: keyArn(1),
  far: keyArn(2, "eu-central-1"),
  archive: keyArn(3),
  foreign: keyArn(4, stackRegion, accounts.owner),
};

/**
 * A synthesized policy as Terraform deploys it in the stack's account and region; the values of resources' attributes
 * are given by type and attribute, such as `aws_s3_bucket.arn`.
 */
export function deployed(text: unknown, attributes: Readonly<Record<string, string>> = {}): PolicyDocument {
  const json = String(text)
    .replace(
      /(?<!\$)\$\{(aws_\w+)\.[\w-]+\.(\w+)\}/g,
      (found, type: string, attribute: string) => attributes[`${type}.${attribute}`] ?? found,
    )
    .replace(/(?<!\$)\$\{data\.aws_partition\.[\w-]+\.partition\}/g, "aws")
    .replace(/(?<!\$)\$\{data\.aws_partition\.[\w-]+\.dns_suffix\}/g, "amazonaws.com")
    .replace(/(?<!\$)\$\{data\.aws_region\.[\w-]+\.id\}/g, stackRegion)
    .replace(/(?<!\$)\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}/g, accounts.own);
  if (/(?<!\$)\$\{/.test(json)) throw new Error(`A reference is not resolved: ${json}`);
  return JSON.parse(json.replaceAll("$${", "${")) as PolicyDocument;
}

/** Everything that a role or user is allowed, in whichever policies. */
export function identityPolicies(template: Template): PolicyDocument[] {
  return ["aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_policy"]
    .flatMap((type) => Object.values(template.all(type)))
    .map(({ policy }) => deployed(policy));
}

type Verdict = "allow" | "deny";
/** What is to come out, what is tried, the call, and what differs from the table's other rows. */
export type Row = readonly [Verdict, string, IamCall, Partial<Simulation>?];

/** A table a description, a test a row; prints in the end how many calls were allowed, and how many denied. */
export function prove(
  tables: Readonly<Record<string, readonly [Omit<Simulation, "call">, readonly Row[]]>>,
): void {
  const counted: Record<Verdict, number> = { allow: 0, deny: 0 };
  afterAll(() => {
    process.stdout.write(`${counted.allow} calls allowed, ${counted.deny} neighbours denied\n`);
  });
  describe.each(Object.entries(tables))("%s", (_, [base, rows]) => {
    for (const [verdict, what, call, changes] of rows)
      test(`${verdict}: ${what}`, async () => {
        const allowed = await simulate({ ...base, call, ...changes });

        counted[verdict] += 1;
        expect(allowed ? "allow" : "deny").toBe(verdict);
      });
  });
}

export const s3 = (action: string, path: string, context: IamCall["context"] = {}): IamCall => ({
  action: `s3:${action}`,
  resource: `arn:aws:s3:::${path}`,
  context,
});

/** A call of KMS that S3 makes in the caller's name; the encryption context is a bucket's or an object's ARN. */
export function kms(
  action: string,
  key: string,
  path: string,
  via = `s3.${stackRegion}.amazonaws.com`,
): IamCall {
  const context = { "kms:ViaService": via, "kms:EncryptionContext:aws:s3:arn": `arn:aws:s3:::${path}` };
  return { action: `kms:${action}`, resource: key, context };
}

/** Lets its principal do everything, so that the policy of the resource alone decides. */
export const administrator: PolicyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

export const ids = { old: "my-company", new: "logzio:aws:extid:example0nktixxe8q" };
export const roleArn = `arn:aws:iam::${accounts.own}:role/logzio-s3-fetcher`;
export const tester = `arn:aws:iam::${accounts.own}:role/teams/engineer`;
export const foreignTester = `arn:aws:iam::${accounts.other}:user/auditor`;

const roleProps: FetcherRoleProps = {
  logzioAccountId: accounts.logzio,
  externalIds: [ids.new],
  buckets: [
    { bucket: "whole-logs" },
    { bucket: "my-logs", prefix: "AWSLogs/1/" },
    { bucket: "my-logs", prefix: "elb/" },
    { bucket: "secret-logs", prefix: "app/", kmsKeyArn: keys.logs },
    { bucket: "more-logs", kmsKeyArn: keys.logs },
    { bucket: "far-logs", region: "eu-central-1", kmsKeyArn: keys.far },
    { bucket: "odd-logs", prefix: "a*b?/", kmsKeyArn: keys.logs },
  ],
  archiveBuckets: [{ bucket: "my-archive", kmsKeyArn: keys.archive }, { bucket: "plain-archive" }],
};

/** A role with every kind of bucket. */
export function roleTemplate(changes: Partial<FetcherRoleProps> = {}): Template {
  return synthesize((stack) => {
    new FetcherRole(stack, "fetcher", { ...roleProps, ...changes });
  });
}

/** Another principal for one row. */
export const as = (principal: string): Partial<Simulation> => ({ principal });

/** The call with which the role is assumed. */
export const assume = (externalId?: string, action = "AssumeRole"): IamCall => ({
  action: `sts:${action}`,
  resource: roleArn,
  context: externalId === undefined ? {} : { "sts:ExternalId": externalId },
});

/** Who may assume a role, where the caller's own policies let it do everything. */
export function trustOf(template: Template): Omit<Simulation, "call"> {
  const trust = template.only("aws_iam_role")["assume_role_policy"];
  const logzio = `arn:aws:iam::${accounts.logzio}:role/s3-fetcher`;
  return { principal: logzio, identityPolicies: [administrator], resourcePolicy: deployed(trust) };
}
