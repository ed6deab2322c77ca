import { z } from "zod";

/* The shape of the block `backend` of logzio.yaml. */

export const backendSchema = z
  .discriminatedUnion("type", [
    z.strictObject({
      type: z.literal("local"),
      path: z.string().describe("File of the state; a relative path starts at cdktf.out/stacks/STACK"),
    }),
    z.strictObject({
      type: z.literal("s3"),
      bucket: z.string(),
      key: z.string(),
      region: z.string(),
      profile: z.string().optional(),
      encrypt: z.boolean().optional(),
      kmsKeyId: z.string().optional(),
      useLockfile: z.boolean().optional().describe("Lock by a file beside the state; default true"),
    }),
    z
      .strictObject({
        type: z.literal("cloud"),
        organization: z.string(),
        hostname: z.string().optional().describe("default app.terraform.io"),
        project: z.string().optional(),
        workspace: z.string().optional().describe("Name of the workspace; or else tags"),
        tags: z.array(z.string()).optional().describe("Tags of the workspaces; or else workspace"),
      })
      .refine(
        ({ workspace, tags: workspaceTags }) => (workspace === undefined) !== (workspaceTags === undefined),
        {
          path: ["workspace"],
          message: "write either workspace or tags, and not both",
        },
      ),
  ])
  .describe("Where Terraform keeps its state; default: what Terraform itself does, none is forced");

export type BackendConfig = z.infer<typeof backendSchema>;
