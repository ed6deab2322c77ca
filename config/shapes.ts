import { z } from "zod";

/** Tags of resources. */
export const tags = z.record(z.string(), z.string());

/** Who hears of alarms. */
export const toldTopics = z.array(z.string()).optional().describe("ARNs of the SNS topics that are told");

/** Where a token comes from, that is never written in the file. */
export function secretFields(variableName: string) {
  return {
    secretArn: z.string().optional().describe("ARN of a secret that holds the token, or JSON with api_key"),
    secretKmsKeyArn: z
      .string()
      .optional()
      .describe("ARN of the customer key of that secret; default: AWS's own"),
    variable: z
      .boolean()
      .optional()
      .describe(
        `true: the token comes from the Terraform variable ${variableName} and is put into a new secret`,
      ),
    version: z.number().optional().describe("Raise it to write a changed token into the secret; default 1"),
    recoveryWindowInDays: z
      .number()
      .optional()
      .describe("Days that the deleted secret can be restored: 0, or 7 to 30; default 7"),
  };
}

/** Path and bounds of roles. */
export const roleGovernance = {
  path: z.string().optional().describe('Path of the roles, such as /logging/; default "/"'),
  permissionsBoundaryArn: z
    .string()
    .optional()
    .describe("ARN of a managed policy that bounds what the roles may do; default none"),
};

const namePrefix = z.string().optional().describe("Start of a new role's name, up to 38 characters");

/** What new roles are like. */
export const newRole = z.strictObject({ namePrefix, ...roleGovernance });

/** Where a function runs. */
export const networkPlacement = {
  vpc: z
    .strictObject({
      subnetIds: z.array(z.string()).describe("Ids of subnets, 1 to 16"),
      securityGroupIds: z.array(z.string()).describe("Ids of security groups, 1 to 5"),
    })
    .optional()
    .describe("Puts the function into a VPC; default: none"),
  proxy: z
    .strictObject({
      url: z.string().describe("Such as http://proxy.example.com:3128; without user and password"),
      except: z
        .array(z.string())
        .optional()
        .describe("Hosts that are reached without it; default AWS's own; []: AWS through it as well"),
    })
    .optional()
    .describe("HTTP proxy through which the function reaches Logz.io; default: none"),
};

/** Where a function runs, and as whom. */
export const placement = {
  ...networkPlacement,
  role: z
    .strictObject({
      arn: z.string().optional().describe("ARN of a role that is there; default: a new role"),
      namePrefix,
      ...roleGovernance,
    })
    .optional()
    .describe("The function's role: one that is there, or what the new one is like"),
};

/** ARN of a role for schedules. */
export const schedulerRoleArn = z
  .string()
  .optional()
  .describe("ARN of a role that is there, for the schedules; default: a new role");

/** Code of an AWS region. */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, "write the code of an AWS region, such as us-east-1");
