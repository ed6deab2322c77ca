import { TerraformOutput } from "cdktf";
import type { HookSource, S3Hook } from "../../../constructs";
import type { IamCall, PolicyDocument, Simulation } from "../../support/policy-simulation";
import type { Template } from "../../support/template";
import { accounts, administrator, as, deployed, keyArn, kms, prove, s3, type Row } from "./proof";
import { addHook, synthesize, tokenIn, type HookChanges } from "./stacks";

const { own, owner, other } = accounts;
const region = "us-east-1";
const arns = {
  queue: `arn:aws:sqs:${region}:${own}:logzio-s3-hook`,
  deadLetterQueue: `arn:aws:sqs:${region}:${own}:logzio-s3-hook-dlq`,
  rule: `arn:aws:events:${region}:${own}:rule/logzio-s3-hook`,
  role: `arn:aws:iam::${own}:role/logzio-s3-hook-${region}`,
  log: `arn:aws:logs:${region}:${own}:log-group:/aws/lambda/logzio-s3-hook`,
  topic: `arn:aws:sns:${region}:${own}:bucket-events`,
  reader: `arn:aws:iam::${owner}:role/log-reader`,
  secret: `arn:aws:secretsmanager:${region}:${own}:secret:logzio-AbCdEf`,
};
const keys = { objects: keyArn(4, region, owner), pattern: keyArn(5), hook: keyArn(6) };
const admin = `arn:aws:iam::${other}:role/admin`;
const colleague = `arn:aws:iam::${own}:role/teams/engineer`;

/** A hook with its documents as outputs. */
function hookOf(changes: HookChanges): Template {
  return synthesize((stack) => {
    const hook: S3Hook = addHook(stack, "hook", tokenIn(stack), changes);
    const { bucketPolicyStatements, objectKeyPolicyStatements, keyPolicyStatements, readRolePolicies } = hook;
    const documents = {
      bucketPolicyStatements,
      objectKeyPolicyStatements,
      keyPolicyStatements,
      readRolePolicies,
    };
    const value = JSON.stringify({ ...documents, topics: hook.topics?.policyStatements });
    new TerraformOutput(stack, "documents", { value, staticId: true });
  });
}

/** A policy's text with what its references stand for. */
function settled(text: unknown): string {
  return String(text)
    .replace(/\$\{data\.aws_caller_identity\.[\w-]+\.account_id\}/g, own)
    .replace(/\$\{aws_sqs_queue\.hook_queue_\w+\.arn\}/g, arns.queue)
    .replace(/\$\{aws_sqs_queue\.hook_dead-letter-queue_\w+\.arn\}/g, arns.deadLetterQueue)
    .replace(/\$\{aws_cloudwatch_event_rule\.[\w-]+\.arn\}/g, arns.rule)
    .replace(/\$\{aws_iam_role\.[\w-]+\.arn\}/g, arns.role)
    .replace(/\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}/g, arns.log)
    .replace(/\$\{aws_secretsmanager_secret\.[\w-]+\.arn\}/g, arns.secret);
}

const roleOf = (template: Template): PolicyDocument =>
  deployed(settled(template.only("aws_iam_role_policy")["policy"]));

/** The policy of one of the hook's queues. */
function queuePolicyOf(template: Template, queue: string): PolicyDocument {
  const texts = Object.values(template.all("aws_sqs_queue_policy")).map(({ policy }) => settled(policy));
  const text = texts.find((policy) => policy.includes(`"${queue}"`));
  return deployed(text ?? "");
}

/** Statements out of the hook's documents, as a policy. */
function documentOf(template: Template, ...path: readonly string[]): PolicyDocument {
  const documents = deployed(settled(template.output("documents"))) as unknown;
  const statements = path.reduce((found, name) => (found as Record<string, unknown>)[name], documents);
  return { Version: "2012-10-17", Statement: statements as PolicyDocument["Statement"] };
}

const foreign: HookSource = {
  bucket: "owned-logs",
  prefix: "AWSLogs/",
  accountId: owner,
  kmsKeyArn: keys.objects,
};
const pattern: HookSource = { bucket: "org-logs-*", prefix: "AWSLogs/", kmsKeyArn: keys.pattern };
const assumed: HookSource = {
  bucket: "archive-logs",
  prefix: "app/",
  accountId: owner,
  readRoleArn: arns.reader,
  readRoleExternalId: "our-id",
  kmsKeyArn: keys.objects,
};

const bySources = hookOf({ trigger: "none", sources: [{ bucket: "own-logs" }, foreign, pattern, assumed] });
const byEvents = hookOf({ trigger: "eventbridge", sources: [pattern], kmsKeyArn: keys.hook });
const byTopic = hookOf({ trigger: "sns", topicArns: [arns.topic], sources: [pattern], kmsKeyArn: keys.hook });
const byS3 = hookOf({ sources: [{ bucket: "own-logs" }, foreign], kmsKeyArn: keys.hook });

/** A message that a service sends on behalf of something. */
function send(sourceArn?: string, sourceAccount?: string, changes: IamCall["context"] = {}): IamCall {
  const context = {
    ...(sourceArn === undefined ? {} : { "aws:SourceArn": sourceArn }),
    ...(sourceAccount === undefined ? {} : { "aws:SourceAccount": sourceAccount }),
    ...changes,
  };
  return { action: "sqs:SendMessage", resource: arns.queue, context };
}

const bucket = (name: string): string => `arn:aws:s3:::${name}`;
const rule = (account: string, name = "logzio-s3-hook"): string =>
  `arn:aws:events:${region}:${account}:rule/${name}`;
const topic = (account: string, name = "bucket-events"): string => `arn:aws:sns:${region}:${account}:${name}`;
const toDeadLetters = (call: IamCall): IamCall => ({ ...call, resource: arns.deadLetterQueue });

/** A service that sends, whom the queue's policy alone may let in. */
function sender(service: string, template: Template, queue = arns.queue): Omit<Simulation, "call"> {
  return { principal: service, identityPolicies: [], resourcePolicy: queuePolicyOf(template, queue) };
}

/** A call of KMS by a service that sends on behalf of something. */
const keyUse = (action: string, sourceAccount?: string, sourceArn?: string): IamCall => ({
  ...send(sourceArn, sourceAccount),
  action: `kms:${action}`,
  resource: keys.hook,
});
const throughSqs = (action: string, via = `sqs.${region}.amazonaws.com`): IamCall => ({
  action: `kms:${action}`,
  resource: keys.hook,
  context: { "kms:ViaService": via },
});
const logUse = (action: string, logGroup: string): IamCall => ({
  action: `kms:${action}`,
  resource: keys.hook,
  context: { "kms:EncryptionContext:aws:logs:arn": logGroup },
});
const ofAccount = (call: IamCall, account: string): IamCall => ({
  ...call,
  context: { ...call.context, "aws:ResourceAccount": account },
});
const assume = (role = arns.reader, externalId?: string): IamCall => ({
  action: "sts:AssumeRole",
  resource: role,
  context: externalId === undefined ? {} : { "sts:ExternalId": externalId },
});
const attribute = (action: string, resource = arns.queue): IamCall => ({
  action: `sqs:${action}`,
  resource,
  context: {},
});

const otherQueue = `arn:aws:sqs:${region}:${own}:other`;

const strangers = (call: IamCall): Row[] => [
  ["deny", "an administrator of another account", call, { ...as(admin), identityPolicies: [administrator] }],
  ["deny", "a role of the account without permissions", call, as(colleague)],
  ["deny", "Lambda", call, as("lambda.amazonaws.com")],
];

prove({
  "The policy of a queue that S3 sends to": [
    sender("s3.amazonaws.com", bySources),
    [
      ["allow", "for a bucket of the account", send(bucket("own-logs"), own)],
      ["allow", "for a bucket of the account that owns it", send(bucket("owned-logs"), owner)],
      ["allow", "for a bucket whose name fits the pattern", send(bucket("org-logs-eu"), own)],
      ["deny", "for a bucket of the account that is no source", send(bucket("other-logs"), own)],
      ["deny", "for a bucket with a longer name", send(bucket("own-logs-2"), own)],
      ["deny", "for a source's name that somebody else has by now", send(bucket("own-logs"), other)],
      ["deny", "for the foreign bucket where its account is another", send(bucket("owned-logs"), own)],
      [
        "deny",
        "for a bucket that somebody else named to fit the pattern",
        send(bucket("org-logs-evil"), other),
      ],
      [
        "deny",
        "for a bucket of the owner that fits the pattern of the account",
        send(bucket("org-logs-x"), owner),
      ],
      ["deny", "for nobody", send()],
      ["deny", "for an account alone", send(undefined, own)],
      ["deny", "for a bucket alone", send(bucket("own-logs"))],
      ["deny", "without TLS", send(bucket("own-logs"), own, { "aws:SecureTransport": "false" })],
      ["deny", "to delete the queue", { ...send(bucket("own-logs"), own), action: "sqs:DeleteQueue" }],
      ["deny", "to receive", { ...send(bucket("own-logs"), own), action: "sqs:ReceiveMessage" }],
      ["deny", "as EventBridge", send(rule(own), own), as("events.amazonaws.com")],
      ["deny", "as SNS", send(topic(own), own), as("sns.amazonaws.com")],
      ...strangers(send(bucket("own-logs"), own)),
    ],
  ],
  "The policy of a queue that EventBridge sends to": [
    sender("events.amazonaws.com", byEvents),
    [
      ["allow", "for the hook's rule", send(rule(own), own)],
      ["deny", "for another rule", send(rule(own, "other"), own)],
      ["deny", "for a rule with a longer name", send(rule(own, "logzio-s3-hook-2"), own)],
      ["deny", "for a rule of another account with the same name", send(rule(other), other)],
      ["deny", "for nobody", send()],
      ["deny", "without TLS", send(rule(own), own, { "aws:SecureTransport": "false" })],
      [
        "deny",
        "as S3, for a bucket of the sources",
        send(bucket("org-logs-eu"), own),
        as("s3.amazonaws.com"),
      ],
      ...strangers(send(rule(own), own)),
    ],
  ],
  "The policy of the dead-letter queue of EventBridge": [
    sender("events.amazonaws.com", byEvents, arns.deadLetterQueue),
    [
      ["allow", "for the hook's rule", toDeadLetters(send(rule(own), own))],
      ["deny", "for another rule", toDeadLetters(send(rule(own, "other"), own))],
      ["deny", "for a rule of another account", toDeadLetters(send(rule(other), other))],
      ["deny", "without TLS", toDeadLetters(send(rule(own), own, { "aws:SecureTransport": "false" }))],
      ["deny", "as SNS", toDeadLetters(send(topic(own), own)), as("sns.amazonaws.com")],
    ],
  ],
  "The policy of a queue that SNS sends to": [
    sender("sns.amazonaws.com", byTopic),
    [
      ["allow", "for the topic", send(topic(own), own)],
      ["deny", "for another topic", send(topic(own, "other"), own)],
      ["deny", "for a topic of another account with the same name", send(topic(other), other)],
      ["deny", "for nobody", send()],
      ["deny", "without TLS", send(topic(own), own, { "aws:SecureTransport": "false" })],
      [
        "deny",
        "as S3, for a bucket of the sources",
        send(bucket("org-logs-eu"), own),
        as("s3.amazonaws.com"),
      ],
      ...strangers(send(topic(own), own)),
    ],
  ],
  "The policy of the dead-letter queue of SNS": [
    sender("sns.amazonaws.com", byTopic, arns.deadLetterQueue),
    [
      ["allow", "for the topic", toDeadLetters(send(topic(own), own))],
      ["deny", "for another topic", toDeadLetters(send(topic(own, "other"), own))],
    ],
  ],
  "The role of the function": [
    { principal: arns.role, identityPolicies: [roleOf(bySources)] },
    [
      ["allow", "read an own bucket", s3("GetObject", "own-logs/a.gz")],
      ["allow", "read a version", s3("GetObjectVersion", "own-logs/a.gz")],
      [
        "allow",
        "read a bucket that fits the pattern",
        ofAccount(s3("GetObject", "org-logs-eu/AWSLogs/a.gz"), own),
      ],
      ["allow", "list a bucket that fits the pattern", ofAccount(s3("ListBucket", "org-logs-eu"), own)],
      ["allow", "decrypt an object of the pattern", kms("Decrypt", keys.pattern, "org-logs-eu/AWSLogs/a.gz")],
      ["allow", "receive", attribute("ReceiveMessage")],
      ["allow", "send continuations", attribute("SendMessage")],
      ["deny", "read beside the prefix", ofAccount(s3("GetObject", "org-logs-eu/other/a.gz"), own)],
      [
        "deny",
        "read what fits the pattern in another account",
        ofAccount(s3("GetObject", "org-logs-evil/AWSLogs/a.gz"), other),
      ],
      [
        "deny",
        "list what fits the pattern in another account",
        ofAccount(s3("ListBucket", "org-logs-evil"), other),
      ],
      [
        "deny",
        "read what does not fit the pattern",
        ofAccount(s3("GetObject", "org-trail/AWSLogs/a.gz"), own),
      ],
      ["deny", "write", ofAccount(s3("PutObject", "org-logs-eu/AWSLogs/a.gz"), own)],
      [
        "deny",
        "decrypt an object of another bucket",
        kms("Decrypt", keys.pattern, "other-logs/AWSLogs/a.gz"),
      ],
      ["deny", "read by itself what a role of the owner reads", s3("GetObject", "archive-logs/app/a.gz")],
      ["deny", "change the bucket's notifications", s3("PutBucketNotification", "own-logs")],
      ["deny", "receive from the dead-letter queue", attribute("ReceiveMessage", arns.deadLetterQueue)],
      ["deny", "send to another queue", attribute("SendMessage", otherQueue)],
      ["deny", "change the queue's policy", attribute("SetQueueAttributes")],
    ],
  ],
  "The policy of a bucket in another account": [
    {
      principal: arns.role,
      identityPolicies: [roleOf(bySources)],
      resourceAccount: owner,
      resourcePolicy: documentOf(bySources, "bucketPolicyStatements", "owned-logs"),
    },
    [
      ["allow", "read", s3("GetObject", "owned-logs/AWSLogs/a.gz")],
      ["allow", "list", s3("ListBucket", "owned-logs")],
      [
        "deny",
        "read without the bucket's policy",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        { resourcePolicy: undefined },
      ],
      ["deny", "read beside the prefix", s3("GetObject", "owned-logs/other/a.gz")],
      ["deny", "write", s3("PutObject", "owned-logs/AWSLogs/a.gz")],
      ["deny", "delete", s3("DeleteObject", "owned-logs/AWSLogs/a.gz")],
      [
        "deny",
        "read as a colleague",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        { ...as(colleague), identityPolicies: [administrator] },
      ],
      [
        "deny",
        "read as a third account",
        s3("GetObject", "owned-logs/AWSLogs/a.gz"),
        { ...as(admin), identityPolicies: [administrator] },
      ],
    ],
  ],
  "The policy of the objects' key in another account": [
    {
      principal: arns.role,
      identityPolicies: [roleOf(bySources)],
      resourceAccount: owner,
      resourcePolicy: documentOf(bySources, "objectKeyPolicyStatements", keys.objects),
    },
    [
      ["allow", "decrypt an object", kms("Decrypt", keys.objects, "owned-logs/AWSLogs/a.gz")],
      ["allow", "decrypt with a bucket key", kms("Decrypt", keys.objects, "owned-logs")],
      ["deny", "decrypt beside the prefix", kms("Decrypt", keys.objects, "owned-logs/other/a.gz")],
      [
        "deny",
        "decrypt what a role of the owner reads",
        kms("Decrypt", keys.objects, "archive-logs/app/a.gz"),
      ],
      [
        "deny",
        "decrypt through another service",
        kms("Decrypt", keys.objects, "owned-logs", `sqs.${region}.amazonaws.com`),
      ],
      ["deny", "make a data key", kms("GenerateDataKey", keys.objects, "owned-logs/AWSLogs/a.gz")],
    ],
  ],
  "The trust policy of a role that reads": [
    {
      principal: arns.role,
      identityPolicies: [roleOf(bySources)],
      resourceAccount: owner,
      resourcePolicy: documentOf(bySources, "readRolePolicies", arns.reader, "trust"),
    },
    [
      ["allow", "the function, with the external ID", assume(arns.reader, "our-id")],
      ["deny", "the function, without an external ID", assume()],
      ["deny", "the function, with another external ID", assume(arns.reader, "their-id")],
      [
        "deny",
        "the function, another role of the owner",
        assume(`arn:aws:iam::${owner}:role/admin`, "our-id"),
      ],
      [
        "deny",
        "a colleague",
        assume(arns.reader, "our-id"),
        { ...as(colleague), identityPolicies: [administrator] },
      ],
      [
        "deny",
        "a third account",
        assume(arns.reader, "our-id"),
        { ...as(admin), identityPolicies: [administrator] },
      ],
    ],
  ],
  "The permissions of a role that reads": [
    {
      principal: arns.reader,
      identityPolicies: [documentOf(bySources, "readRolePolicies", arns.reader, "permissions")],
      resourceAccount: owner,
    },
    [
      ["allow", "read", s3("GetObject", "archive-logs/app/a.gz")],
      ["allow", "list", s3("ListBucket", "archive-logs")],
      ["allow", "decrypt", kms("Decrypt", keys.objects, "archive-logs/app/a.gz")],
      ["deny", "read beside the prefix", s3("GetObject", "archive-logs/other/a.gz")],
      ["deny", "read the buckets of other sources", s3("GetObject", "owned-logs/AWSLogs/a.gz")],
      ["deny", "write", s3("PutObject", "archive-logs/app/a.gz")],
    ],
  ],
  "The key of the queues, for S3": [
    {
      principal: "s3.amazonaws.com",
      identityPolicies: [],
      resourcePolicy: documentOf(byS3, "keyPolicyStatements"),
    },
    [
      ["allow", "a data key for the account's buckets", keyUse("GenerateDataKey", own)],
      ["allow", "decryption for the account's buckets", keyUse("Decrypt", own)],
      ["allow", "a data key for the other account's bucket", keyUse("GenerateDataKey", owner)],
      ["deny", "a data key for a third account", keyUse("GenerateDataKey", other)],
      ["deny", "a data key for nobody", keyUse("GenerateDataKey")],
      ["deny", "encryption", keyUse("Encrypt", own)],
      ["deny", "a change of the policy", keyUse("PutKeyPolicy", own)],
      [
        "deny",
        "a data key for EventBridge",
        keyUse("GenerateDataKey", own, rule(own)),
        as("events.amazonaws.com"),
      ],
    ],
  ],
  "The key of the queues, for EventBridge": [
    {
      principal: "events.amazonaws.com",
      identityPolicies: [],
      resourcePolicy: documentOf(byEvents, "keyPolicyStatements"),
    },
    [
      ["allow", "a data key for the account's rules", keyUse("GenerateDataKey", own)],
      ["allow", "decryption for the account's rules", keyUse("Decrypt", own)],
      ["deny", "a data key for another account", keyUse("GenerateDataKey", other)],
      ["deny", "a data key for S3", keyUse("GenerateDataKey", own), as("s3.amazonaws.com")],
    ],
  ],
  "The key of the queues, for SNS": [
    {
      principal: "sns.amazonaws.com",
      identityPolicies: [],
      resourcePolicy: documentOf(byTopic, "keyPolicyStatements"),
    },
    [
      ["allow", "a data key for the topic", keyUse("GenerateDataKey", own, topic(own))],
      ["deny", "a data key for another topic", keyUse("GenerateDataKey", own, topic(own, "other"))],
      ["deny", "a data key for a topic of another account", keyUse("GenerateDataKey", other, topic(other))],
    ],
  ],
  "The key of the queues, for the function": [
    {
      principal: arns.role,
      identityPolicies: [roleOf(byEvents)],
      resourcePolicy: documentOf(byEvents, "keyPolicyStatements"),
    },
    [
      ["allow", "decryption of what it receives", throughSqs("Decrypt")],
      ["allow", "a data key for continuations", throughSqs("GenerateDataKey")],
      ["deny", "decryption through another service", throughSqs("Decrypt", `s3.${region}.amazonaws.com`)],
      [
        "deny",
        "decryption through SQS of another region",
        throughSqs("Decrypt", "sqs.eu-west-1.amazonaws.com"),
      ],
      ["deny", "encryption", throughSqs("Encrypt")],
      [
        "deny",
        "decryption by a colleague",
        throughSqs("Decrypt"),
        { ...as(colleague), identityPolicies: [administrator] },
      ],
    ],
  ],
  "The key of the log, for CloudWatch Logs": [
    {
      principal: `logs.${region}.amazonaws.com`,
      identityPolicies: [],
      resourcePolicy: documentOf(byEvents, "keyPolicyStatements"),
    },
    [
      ["allow", "encryption of the function's log", logUse("Encrypt", arns.log)],
      ["allow", "a data key for the function's log", logUse("GenerateDataKey", arns.log)],
      ["allow", "decryption of the function's log", logUse("Decrypt", arns.log)],
      ["deny", "encryption of another log", logUse("Encrypt", `${arns.log}-2`)],
      ["deny", "encryption of a log of another account", logUse("Encrypt", arns.log.replace(own, other))],
      ["deny", "deletion of the key", logUse("ScheduleKeyDeletion", arns.log)],
      [
        "deny",
        "the service of another region",
        logUse("Encrypt", arns.log),
        as("logs.eu-west-1.amazonaws.com"),
      ],
    ],
  ],
});
