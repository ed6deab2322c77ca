import type { Finding } from "../../../../cli/doctor/finding";
import {
  account,
  bucketPermissions,
  defaultKeyPolicy,
  goodBucket,
  keyArn,
  logzioAccount,
  policy,
  roleArn,
  roleName,
  Surroundings,
  trust,
} from "./surroundings";

/*
 * What a red line says to add, replace or take out is done, and doctor asked again: the line must be gone.
 */

type Document = Readonly<Record<string, unknown>>;

/** The policies as they are, to be changed as the lines say. */
interface World {
  trust: Document[];
  permissions: Document[];
  bucketPolicy: Document[];
  keyPolicy: Document[];
  readonly bucket: object;
  readonly prefix: string;
  readonly options: readonly string[];
}

let around: Surroundings;
beforeEach(async () => {
  around = await Surroundings.start();
});
afterEach(() => around.stop());

const logzio = `arn:aws:iam::${logzioAccount}:root`;
const everyone = { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" };
const encrypted = { encryption: { algorithm: "aws:kms", keyId: keyArn } };
const rightTrust = trust().Statement as Document[];

function world(changes: Partial<World>): World {
  return {
    ...{ trust: rightTrust, permissions: bucketPermissions, bucketPolicy: [] },
    ...{ keyPolicy: defaultKeyPolicy.Statement as Document[], bucket: {}, prefix: "AWSLogs/", options: [] },
    ...changes,
  };
}

async function examine({ trust, permissions, bucketPolicy, keyPolicy, bucket, prefix, options }: World) {
  around.iam.put({ name: roleName, trustPolicy: policy(...trust) });
  around.permissions = permissions;
  around.kms.keys.set(keyArn, { policy: policy(...keyPolicy) });
  const written = bucketPolicy.length === 0 ? {} : { policy: policy(...bucketPolicy) };
  around.s3.buckets.set("logs", { ...goodBucket, ...bucket, ...written });
  const words = around.words.map((word) => (word === "AWSLogs/" ? prefix : word));
  const found = await around.doctor([...words, ...options]);
  return found.report.sections.flatMap(({ findings }) => findings).filter(({ status }) => status === "wrong");
}

/** Does to the policies what the line says. */
function follow(before: World, { text, fix }: Finding): World {
  const { instruction = "", statement } = fix ?? {};
  const statements = [statement].flat() as Document[];
  const places = [
    ["trust", /trust policy of the role/],
    ["permissions", /permissions of the role/],
    ["bucketPolicy", /bucket's policy/],
    ["keyPolicy", /key's policy/],
  ] as const;
  const place = places.find(([, words]) => words.test(instruction))?.[0];
  if (place === undefined || statement === undefined)
    throw new Error(`cannot follow: ${text} → ${instruction}`);
  const now = before[place];
  const same = (one: unknown) => JSON.stringify(one) === JSON.stringify(statement);
  const number = Number(/in place of statement (\d+)/.exec(instruction)?.[1]);
  if (number > 0)
    return { ...before, [place]: now.map((one, index) => (index + 1 === number ? statement : one)) };
  if (/take (?:it )?out|let it leave out/.test(instruction))
    return { ...before, [place]: now.filter((one) => !same(one)) };
  return { ...before, [place]: [...now, ...statements] };
}

test.each<[string, Partial<World>]>([
  ["nothing is allowed", { permissions: [] }],
  [
    "nothing is allowed with a key",
    { permissions: [], options: ["--kms-key-arn", keyArn], bucket: encrypted },
  ],
  ["the key of new objects is not configured", { bucket: encrypted }],
  ["one form of objects is allowed", { permissions: [...bucketPermissions, oneForm()], bucket: encrypted }],
  ["the bucket is another account's", { bucket: { owner: "999999999999" } }],
  ["the bucket's policy denies", { bucketPolicy: [{ ...everyone, Sid: "No" }] }],
  ["the bucket's policy denies twice", { bucketPolicy: [everyone, { ...everyone, Action: "s3:Get*" }] }],
  ["the key's policy names others", { keyPolicy: [ofAdmin()], options: ["--kms-key-arn", keyArn] }],
  [
    "the key's policy denies",
    {
      keyPolicy: [...(defaultKeyPolicy.Statement as Document[]), everyone],
      options: ["--kms-key-arn", keyArn],
    },
  ],
  ["the role trusts nobody", { trust: [] }],
  ["the role trusts without a condition", { trust: trust(logzio, null).Statement as Document[] }],
  ["the role trusts everyone", { trust: trust("*").Statement as Document[] }],
  [
    "the role trusts a pattern",
    { trust: trust(logzio, { StringLike: { "sts:ExternalId": "logzio:*" } }).Statement as Document[] },
  ],
  ["the role trusts another account", { trust: trust("999999999999").Statement as Document[] }],
  [
    "the role's trust policy denies",
    { trust: [...rightTrust, { Effect: "Deny", Principal: "*", Action: "sts:*" }] },
  ],
  [
    "the prefix is an odd one",
    { permissions: [], prefix: "a*b?/${c}$/ü%20/", options: ["--kms-key-arn", keyArn] },
  ],
  ["the prefix is that of all", { permissions: [], prefix: "", bucket: { owner: "999999999999" } }],
])("the lines say how to mend it where %s", async (_, changes) => {
  let now = world(changes);
  let lines = await examine(now);
  expect(lines).not.toEqual([]);
  // A line may have hidden another one, of the same check.
  for (let round = 0; round < 3 && lines.length > 0; round++) {
    for (const line of lines) now = follow(now, line);
    lines = await examine(now);
  }
  expect(lines).toEqual([]);
});

/** Only objects that were written without a bucket key. */
function oneForm(): Document {
  const Condition = { StringLike: { "kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::logs/*" } };
  return { Effect: "Allow", Action: "kms:Decrypt", Resource: keyArn, Condition };
}

function ofAdmin(): Document {
  const Principal = { AWS: roleArn.replace(/[^/]+$/, "admin") };
  return { Effect: "Allow", Principal, Action: "kms:*", Resource: "*", Sid: `Account${account}` };
}
