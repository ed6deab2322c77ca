import { z } from "zod";

/** Tags of resources. */
export const tags = z.record(z.string(), z.string());

/** Code of an AWS region. */
export const awsRegion = z
  .string()
  .regex(/^[a-z]{2,}(-[a-z]+)+-\d$/, "write the code of an AWS region, such as us-east-1");
