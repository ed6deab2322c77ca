import { DeliveryError } from "../../lambdas/runtime/errors";
import { StreamTaken } from "../../lambdas/s3-fetcher/errors";
import { CommandError } from "../program/errors";

const noTable =
  "there is no such table in this account and region: deploy the fetcher first (npx cdktf deploy), or name the one that " +
  "you mean with --name and --region";

/** What the functions say of an error, for the one who runs the command line in their place. */
export function inCommandWords(message: string): string {
  return message
    .replaceAll("allow the function", "allow the credentials in use")
    .replaceAll("CHECKPOINT_TABLE names no table of this account and region", noTable)
    .replace(/; nothing is shipped without it$/, "")
    .replaceAll("since the event", "since it was listed")
    .replace("then redrive the message", "then try it again");
}

/** Does a step with the functions' code. @throws CommandError for what went wrong in AWS or at Logz.io */
export async function withFailures<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof DeliveryError) || error instanceof StreamTaken) throw error;
    throw new CommandError(inCommandWords(error.message) + advice(error.message));
  }
}

function advice(message: string): string {
  if (/AccessDenied|UnrecognizedClient|ExpiredToken/.test(message))
    return "; the credentials in use may not do that, or have run out";
  if (message.includes("CredentialsProviderError"))
    return "; set AWS credentials as for the AWS CLI, or name a profile with --profile";
  return "";
}
