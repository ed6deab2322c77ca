import { CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, TaggedCloudWorkspaces } from "cdktf";
import type { Construct } from "constructs";
import type { BackendConfig } from "./backend-schema";

/** Makes the backend that the configuration asks for. */
export function createBackend(stack: Construct, config: BackendConfig): void {
  switch (config.type) {
    case "local":
      new LocalBackend(stack, { path: config.path });
      return;
    case "s3":
      createS3Backend(stack, config);
      return;
    case "cloud": {
      const { organization, hostname, project, workspace, tags = [] } = config;
      const workspaces =
        workspace === undefined
          ? new TaggedCloudWorkspaces(tags, project)
          : new NamedCloudWorkspace(workspace, project);
      new CloudBackend(stack, { organization, hostname, workspaces });
    }
  }
}

function createS3Backend(stack: Construct, config: BackendConfig & { type: "s3" }): void {
  const { bucket, key, region, profile, encrypt, kmsKeyId, useLockfile = true } = config;
  const backend = new S3Backend(stack, { bucket, key, region, profile, encrypt, kmsKeyId });
  // cdktf 0.21 does not know the argument; Terraform has it since 1.10.
  backend.addOverride("use_lockfile", useLockfile);
}
