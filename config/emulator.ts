import type { AwsProviderConfig } from "@cdktf/provider-aws/lib/provider/index.js";

/**
 * Settings of the AWS provider for an emulator; its address reaches the provider through AWS_ENDPOINT_URL as well.
 * There are none where that names another host than this machine or LocalStack's container: it is then a real endpoint,
 * such as a VPC's, which wants the real credentials.
 */
export function emulatorSettings(environment: NodeJS.ProcessEnv): AwsProviderConfig {
  if (!isEmulator(environment["AWS_ENDPOINT_URL"] ?? "")) return {};
  return {
    accessKey: "test",
    secretKey: "test",
    s3UsePathStyle: true,
    skipCredentialsValidation: true,
    skipRequestingAccountId: true,
    skipRegionValidation: true,
    skipMetadataApiCheck: "true",
    // The default repeats what an emulator cannot do for minutes.
    maxRetries: 2,
  };
}

/** Loopback addresses, and the names of LocalStack. Source: LocalStack docs, "Accessing LocalStack via the endpoint URL". */
const emulatorHosts = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost|localstack|localhost\.localstack\.cloud)$/;

function isEmulator(url: string): boolean {
  return URL.canParse(url) && emulatorHosts.test(new URL(url).hostname);
}
