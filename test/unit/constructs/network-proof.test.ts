import { ListenerToken, S3Hook, type S3HookProps } from "../../../constructs";
import type { IamCall, Simulation } from "../../support/policy-simulation";
import { resolvedText } from "../../../constructs/foundation/references";
import type { Template } from "../../support/template";
import { accounts, deployed, prove, s3, type Row } from "./proof";
import { synthesize } from "./stacks";

const region = "us-east-1";
const vpc = {
  subnetIds: ["subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"],
  securityGroupIds: ["sg-0cccccccccccccccc"],
};
const secretArn = `arn:aws:secretsmanager:${region}:${accounts.own}:secret:logzio-AbCdEf`;
const queueArn = `arn:aws:sqs:${region}:${accounts.own}:logzio-s3-hook`;
const functionArn = `arn:aws:lambda:${region}:${accounts.own}:function:logzio-s3-hook`;

function hook(changes: Partial<S3HookProps> = {}): { template: Template; made: S3Hook } {
  const hooks: S3Hook[] = [];
  const template = synthesize((stack) => {
    const token = new ListenerToken(stack, "token", { secretArn });
    const sources = [{ bucket: "my-logs", prefix: "AWSLogs/" }];
    hooks.push(new S3Hook(stack, "hook", { trigger: "none", region: "us", token, sources, vpc, ...changes }));
  });
  return { template, made: hooks[0] };
}

const attributes = {
  "aws_sqs_queue.arn": queueArn,
  "aws_cloudwatch_log_group.arn": `arn:aws:logs:${region}:${accounts.own}:log-group:/aws/lambda/logzio-s3-hook`,
};
const role = (changes: Partial<S3HookProps> = {}): Omit<Simulation, "call"> => ({
  principal: `arn:aws:iam::${accounts.own}:role/logzio-s3-hook-${region}`,
  identityPolicies: [deployed(hook(changes).template.only("aws_iam_role_policy")["policy"], attributes)],
});

/** A call that Lambda makes with the function's role. */
const ec2 = (action: string, resource: string, context: IamCall["context"] = {}): IamCall => ({
  action: `ec2:${action}`,
  resource: resource === "*" ? "*" : `arn:aws:ec2:${region}:${resource}`,
  context,
});
/** The same call by the function's own code, of which AWS says so. */
const byCode = { "lambda:SourceFunctionArn": functionArn };
const own = (resource: string): string => `${accounts.own}:${resource}`;
const anInterface = own("network-interface/eni-0123456789abcdef0");
const call = (action: string, resource: string): IamCall => ({ action, resource, context: {} });

/** Making an interface asks for the interface, its subnet and its security groups: each must be allowed. */
const making: readonly Row[] = [
  ["allow", "Lambda makes an interface", ec2("CreateNetworkInterface", own("network-interface/*"))],
  ...vpc.subnetIds.map((id): Row => [
    "allow",
    `… in ${id}`,
    ec2("CreateNetworkInterface", own(`subnet/${id}`)),
  ]),
  [
    "allow",
    "… in a subnet that another account shares",
    ec2("CreateNetworkInterface", `${accounts.owner}:subnet/${vpc.subnetIds[0]}`),
  ],
  [
    "allow",
    "… with the security group",
    ec2("CreateNetworkInterface", own(`security-group/${vpc.securityGroupIds[0]}`)),
  ],
  ["deny", "… in another subnet", ec2("CreateNetworkInterface", own("subnet/subnet-0ddddddddddddddddd"))],
  [
    "deny",
    "… in a subnet whose id goes on",
    ec2("CreateNetworkInterface", own(`subnet/${vpc.subnetIds[0]}0`)),
  ],
  [
    "deny",
    "… with another security group",
    ec2("CreateNetworkInterface", own("security-group/sg-0ddddddddddddddddd")),
  ],
  ["deny", "… in another account", ec2("CreateNetworkInterface", `${accounts.other}:network-interface/*`)],
  [
    "deny",
    "the function's code makes an interface",
    ec2("CreateNetworkInterface", own("network-interface/*"), byCode),
  ],
];

prove({
  "The role of a function in a VPC, on making interfaces": [role(), making],
  "The role of a function in a VPC, on interfaces that are there": [
    role(),
    [
      ["allow", "Lambda lists interfaces", ec2("DescribeNetworkInterfaces", "*")],
      ["allow", "Lambda lists subnets", ec2("DescribeSubnets", "*")],
      ["allow", "Lambda deletes an interface", ec2("DeleteNetworkInterface", anInterface)],
      ["allow", "Lambda adds an address", ec2("AssignPrivateIpAddresses", anInterface)],
      ["allow", "Lambda takes an address away", ec2("UnassignPrivateIpAddresses", anInterface)],
      ["deny", "the code lists interfaces", ec2("DescribeNetworkInterfaces", "*", byCode)],
      ["deny", "the code lists subnets", ec2("DescribeSubnets", "*", byCode)],
      ["deny", "the code deletes an interface", ec2("DeleteNetworkInterface", anInterface, byCode)],
      ["deny", "the code adds an address", ec2("AssignPrivateIpAddresses", anInterface, byCode)],
      ["deny", "the code takes an address away", ec2("UnassignPrivateIpAddresses", anInterface, byCode)],
      [
        "deny",
        "Lambda deletes an interface of another account",
        ec2("DeleteNetworkInterface", `${accounts.other}:network-interface/eni-0123456789abcdef0`),
      ],
      ["deny", "Lambda attaches an interface elsewhere", ec2("AttachNetworkInterface", anInterface)],
      ["deny", "Lambda changes an interface", ec2("ModifyNetworkInterfaceAttribute", anInterface)],
      ["deny", "Lambda lists security groups", ec2("DescribeSecurityGroups", "*")],
      ["deny", "Lambda starts an instance", ec2("RunInstances", own("instance/*"))],
      [
        "deny",
        "Lambda opens the security group",
        ec2("AuthorizeSecurityGroupEgress", own(`security-group/${vpc.securityGroupIds[0]}`)),
      ],
    ],
  ],
  "The role of a function in a VPC, on what it is for": [
    role(),
    [
      ["allow", "read an object", s3("GetObject", "my-logs/AWSLogs/a.gz", byCode)],
      ["deny", "read another object", s3("GetObject", "my-logs/other/a.gz", byCode)],
      ["allow", "receive a message", call("sqs:ReceiveMessage", queueArn)],
      ["allow", "read the token", call("secretsmanager:GetSecretValue", secretArn)],
      [
        "allow",
        "write its log",
        call("logs:PutLogEvents", `${attributes["aws_cloudwatch_log_group.arn"]}:log-stream:a`),
      ],
    ],
  ],
  "The role of a function outside of VPCs": [
    role({ vpc: undefined }),
    [
      ["deny", "Lambda makes an interface", ec2("CreateNetworkInterface", own("network-interface/*"))],
      ["deny", "Lambda lists interfaces", ec2("DescribeNetworkInterfaces", "*")],
      ["deny", "Lambda deletes an interface", ec2("DeleteNetworkInterface", anInterface)],
      ["allow", "receive a message", call("sqs:ReceiveMessage", queueArn)],
    ],
  ],
  "A role that is there, with the policy that the hook asks for": [
    (() => {
      const { made } = hook({ role: { arn: `arn:aws:iam::${accounts.own}:role/platform/logzio` } });
      const policy = { Version: "2012-10-17", Statement: made.function.statements };
      return {
        principal: `arn:aws:iam::${accounts.own}:role/platform/logzio`,
        identityPolicies: [deployed(resolved(made, policy))],
      };
    })(),
    [
      ["allow", "receive a message", call("sqs:ReceiveMessage", queueArn)],
      ["allow", "delete a message", call("sqs:DeleteMessage", queueArn)],
      ["allow", "bury a message", call("sqs:SendMessage", `${queueArn}-dlq`)],
      ["allow", "read the token", call("secretsmanager:GetSecretValue", secretArn)],
      ["allow", "read an object", s3("GetObject", "my-logs/AWSLogs/a.gz")],
      [
        "allow",
        "write its log",
        call("logs:PutLogEvents", `${attributes["aws_cloudwatch_log_group.arn"]}:log-stream:a`),
      ],
      ["deny", "receive messages of another queue", call("sqs:ReceiveMessage", `${queueArn}-2`)],
      ["deny", "receive buried messages", call("sqs:ReceiveMessage", `${queueArn}-dlq`)],
      ["deny", "make a log group", call("logs:CreateLogGroup", attributes["aws_cloudwatch_log_group.arn"])],
      ...making,
    ],
  ],
});

/** A document with its references as Terraform has them. */
function resolved({ node }: S3Hook, document: object): string {
  return resolvedText(node.scope ?? node.root, JSON.stringify(document));
}
