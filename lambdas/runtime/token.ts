import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { shortCalls, type CallLimits } from "./aws-clients";
import { DeliveryError, messageOf } from "./errors";

/** The token cannot be had: the secret is not to be read, or holds none. */
export class TokenUnreadable extends DeliveryError {
  override readonly name = "TokenUnreadable";
}

/** Where the log shipping token comes from. It is kept for as long as the listener accepts it. */
export interface TokenSource {
  get(): Promise<string>;
  /** Reads the token again; the same one comes back where it was not changed. */
  reread(): Promise<string>;
}

/** A token that is given in the environment, for runs outside AWS. */
export function fixedToken(token: string): TokenSource {
  return { get: () => Promise.resolve(token), reread: () => Promise.resolve(token) };
}

/** A token in AWS Secrets Manager: bare, or JSON with `api_key`, the form that Firehose reads as well. */
export class SecretToken implements TokenSource {
  private readonly client: SecretsManagerClient;
  private token: Promise<string> | undefined;

  constructor(
    private readonly secretArn: string,
    limits: CallLimits = { requestTimeoutMs: 5_000, attempts: 3 },
  ) {
    // A secret may be in another region than the function, and only that region's endpoint knows it.
    const region = /^arn:[^:]+:secretsmanager:([^:]+):/.exec(secretArn)?.[1];
    this.client = new SecretsManagerClient({
      ...shortCalls(limits),
      ...(region === undefined ? {} : { region }),
    });
  }

  get(): Promise<string> {
    return (this.token ??= this.read());
  }

  reread(): Promise<string> {
    this.token = undefined;
    return this.get();
  }

  private async read(): Promise<string> {
    try {
      const { SecretString } = await this.client.send(
        new GetSecretValueCommand({ SecretId: this.secretArn }),
      );
      return tokenIn(SecretString ?? "");
    } catch (error) {
      this.token = undefined;
      if (error instanceof DeliveryError) throw error;
      throw new TokenUnreadable(
        `the secret ${this.secretArn} cannot be read (${messageOf(error)}); ` +
          "allow the function secretsmanager:GetSecretValue on it, and kms:Decrypt where a customer key encrypts it",
      );
    }
  }
}

function tokenIn(secret: string): string {
  const advice = 'write the token alone, or JSON such as {"api_key":"…"}';
  const text = secret.trim();
  if (text.startsWith("{")) {
    let apiKey: unknown;
    try {
      apiKey = (JSON.parse(text) as { api_key?: unknown }).api_key;
    } catch {
      throw new TokenUnreadable(`the secret holds neither a token nor JSON; ${advice}`);
    }
    if (typeof apiKey !== "string" || apiKey === "")
      throw new TokenUnreadable(`the secret has no api_key; ${advice}`);
    return apiKey;
  }
  if (text === "" || /\s/.test(text))
    throw new TokenUnreadable(`the secret is empty or holds white space; ${advice}`);
  return text;
}
