import type { IamCall } from "../../support/policy-simulation";
import { deployed, prove, type Row } from "./proof";
import { hookTemplate } from "./stacks";

const arn = (name: string): string => `arn:aws:sqs:us-east-1:123456789012:${name}`;
const queue = arn("logzio-s3-hook");
const deadLetterQueue = arn("logzio-s3-hook-dlq");

const policy = String(hookTemplate().only("aws_iam_role_policy")["policy"])
  .replaceAll(/\$\{aws_sqs_queue\.[\w-]*dead-letter-queue_\w+\.arn\}/g, deadLetterQueue)
  .replaceAll(/\$\{aws_sqs_queue\.[\w-]*queue_\w+\.arn\}/g, queue);
const attributes = {
  "aws_secretsmanager_secret.arn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:logzio-AbCdEf",
  "aws_cloudwatch_log_group.arn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/logzio-s3-hook",
};

const sqs = (action: string, resource: string): IamCall => ({
  action: `sqs:${action}`,
  resource,
  context: {},
});
const ofLambda = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility"];
const rows: Row[] = ofLambda.flatMap((action): Row[] => [
  ["allow", `${action} on the queue`, sqs(action, queue)],
  ["deny", `${action} on the dead-letter queue`, sqs(action, deadLetterQueue)],
  ["deny", `${action} on a neighbour`, sqs(action, arn("logzio-s3-hook-2"))],
]);
const worse = ["PurgeQueue", "DeleteQueue", "SetQueueAttributes", "StartMessageMoveTask", "AddPermission"];

prove({
  "The function's policies, on queues": [
    {
      principal: "arn:aws:iam::123456789012:role/logzio-s3-hook",
      identityPolicies: [deployed(policy, attributes)],
    },
    [
      ...rows,
      ["allow", "send a continuation", sqs("SendMessage", queue)],
      ["allow", "give a message up", sqs("SendMessage", deadLetterQueue)],
      ["deny", "send to a neighbour", sqs("SendMessage", arn("logzio-s3-hook-2"))],
      ...worse.map((action): Row => ["deny", `${action} on the queue`, sqs(action, queue)]),
    ],
  ],
});
