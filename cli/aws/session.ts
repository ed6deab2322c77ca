import { shortCalls } from "../../lambdas/runtime/aws-clients";
import { messageOf } from "../../lambdas/runtime/errors";
import { proxyAgent } from "../../lambdas/runtime/proxy/proxy-agent";
import { proxyFor } from "../network/proxy";
import { CommandError } from "../program/errors";
import type { AwsOptions } from "../program/options";

/** Settings that every AWS client of a command is made with. */
export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly maxAttempts: number;
  readonly requestHandler: object;
}

/** As many as the SDK's own agent keeps. */
const connections = 50;
const callLimits = { requestTimeoutMs: 20_000, attempts: 4 } as const;

/**
 * Settings for an AWS client. Credentials, region and an emulator's endpoint (`AWS_ENDPOINT_URL`) come from where every
 * AWS tool takes them; a proxy for each call's host from `HTTPS_PROXY` and `NO_PROXY`, which the SDK itself does not
 * look at.
 * @throws UsageError where the environment names a proxy that cannot be used
 */
export function clientSettings({ region, profile }: AwsOptions): ClientSettings {
  const { maxAttempts, requestHandler } = shortCalls(callLimits);
  // Said before the first call; which calls go through the proxy is for each one's host.
  proxyFor(`https://sts.${region ?? "us-east-1"}.amazonaws.com`);
  return {
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    maxAttempts,
    requestHandler: { ...requestHandler, httpsAgent: proxyAgent(connections, proxyFor) },
  };
}

/** {@link clientSettings} for IAM: it is one for all regions, and the client wants one nevertheless. */
export function iamSettings(options: AwsOptions): ClientSettings {
  return clientSettings({ ...options, region: options.region ?? regionOfEnvironment() });
}

/** For what needs some region, whichever it is. */
export function regionOfEnvironment(): string {
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return [AWS_REGION, AWS_DEFAULT_REGION].find((name) => name !== undefined && name !== "") ?? "us-east-1";
}

/** {@link clientSettings} for S3: emulators have no bucket's name in their host. */
export function s3Settings(options: AwsOptions): ClientSettings & { readonly forcePathStyle: boolean } {
  const { env } = process;
  const emulated = (env["AWS_ENDPOINT_URL_S3"] ?? env["AWS_ENDPOINT_URL"] ?? "") !== "";
  return { ...clientSettings(options), forcePathStyle: emulated };
}

/** What AWS answers with 403 too, and is about the credentials themselves, the clock, or an archived object. */
const otherRefusals =
  /Expired|InvalidClientTokenId|InvalidAccessKeyId|InvalidToken|SignatureDoesNotMatch|TimeTooSkewed|InvalidObjectState/;

/** Whether AWS refused for want of a permission. */
export function isAccessDenied(error: unknown): boolean {
  const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  if (otherRefusals.test(name)) return false;
  return $metadata?.httpStatusCode === 403 || /AccessDenied|Unauthorized|Forbidden/.test(name);
}

/** What AWS said, or that what answered was not AWS: the SDK's own words for that help nobody. */
export function awsReason(error: unknown): string {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  if (!/Deserialization error/.test(messageOf(error))) return messageOf(error);
  return `the answer, with status ${$metadata?.httpStatusCode ?? "unknown"}, was none of AWS's; is a proxy or an emulator in between?`;
}

/** An AWS call's failure as the user reads it: what was tried, what AWS said, what helps. */
export function awsFailure(trying: string, error: unknown): CommandError {
  const { name = "" } = error as { name?: string };
  const advice =
    name === "CredentialsProviderError"
      ? "; set AWS credentials as for the AWS CLI, or name a profile with --profile"
      : /ExpiredToken/.test(name)
        ? "; the credentials have run out: log in again"
        : /Region is missing/.test(messageOf(error))
          ? "; name the region with --region, or in AWS_REGION"
          : isAccessDenied(error)
            ? "; the credentials in use may not do that"
            : "";
  return new CommandError(`${trying} failed (${name === "" ? "" : `${name}: `}${awsReason(error)})${advice}`);
}
