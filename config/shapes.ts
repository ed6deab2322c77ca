import { z } from "zod";

/** Tags of resources. */
export const tags = z.record(z.string(), z.string());

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

/** Code of an AWS region. */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, "write the code of an AWS region, such as us-east-1");
