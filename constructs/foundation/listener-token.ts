import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret/index.js";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version/index.js";
import { Fn, Token, type ITerraformDependable, type TerraformProvider } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AwsContext } from "./aws-context";
import { nameLimits, recoveryWindowDays, uniqueSuffix } from "./limits";
import type { PolicyStatement } from "./policy";
import { awsProvider, useProvider } from "./provider";
import { kmsKeyArn, tags } from "./rules";
import { literals } from "./templates";
import { tokenProblems } from "./token-variable";
import { isObject, oneOf, show, validate, within, type Problem, type Rules } from "./validation";

/** What Logz.io's tokens are for: logs and metrics go to accounts with a shipping token each. */
const tokenPurposes = ["logs", "metrics"] as const;
export type TokenPurpose = (typeof tokenPurposes)[number];

/** What a new secret is like. Firehose reads JSON alone. Source: Firehose developer guide, "Authenticate with AWS Secrets Manager". */
const secrets = {
  logs: { namePrefix: "logzio-token-", description: "Logz.io log shipping token", json: false },
  metrics: { namePrefix: "logzio-metrics-token-", description: "Logz.io metrics shipping token", json: true },
} as const;

/** Either `secretArn` or `token`. */
export interface ListenerTokenProps {
  /**
   * What the token ships. The new secret of a "metrics" token holds JSON with `api_key`, as Firehose wants it; that of
   * a "logs" token holds the token alone.
   * @default "logs"
   */
  readonly purpose?: TokenPurpose;
  /** ARN of a secret of your own that holds the token as text, or as JSON with `api_key`; for metrics as JSON. */
  readonly secretArn?: string;
  /** ARN of the customer key that `secretArn` is encrypted with. @default AWS's own key */
  readonly secretKmsKeyArn?: string;
  /**
   * The shipping token, written into a new secret through a write-only argument, so that it is in no plan, state
   * or synthesized file: the value of a sensitive and ephemeral variable of the stack, and nothing else, or of an
   * ephemeral resource.
   * @example
   * const variable = new TerraformVariable(stack, "logzio_token", { type: "string", sensitive: true });
   * variable.addOverride("ephemeral", true);
   * new ListenerToken(stack, "token", { token: variable.stringValue });
   */
  readonly token?: string;
  /** Raise it to write a changed token: Terraform cannot see the change of a write-only value. @default 1 */
  readonly tokenVersion?: number;
  /**
   * Start of the new secret's name. A fixed name could not be created again for days.
   * @default "logzio-token-", for metrics "logzio-metrics-token-"
   */
  readonly namePrefix?: string;
  /** Days that a deleted secret can be restored: 0 (deleted at once), or 7 to 30. @default 7 */
  readonly recoveryWindowInDays?: number;
  /** Another AWS provider than the stack's own, for the new secret. @default the stack's */
  readonly provider?: TerraformProvider;
  /** Tags of the new secret. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

const rules: Rules<ListenerTokenProps> = {
  props: {
    purpose: oneOf(tokenPurposes),
    secretArn: (arn) =>
      /^arn:[^:]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+-[A-Za-z0-9]{6}$/.test(arn)
        ? []
        : [
            // What is no ARN may be the token itself, so it is not repeated.
            `${arn.startsWith("arn:") ? `is ${show(arn)}` : "is not an ARN"}; write the secret's whole ARN, with the ` +
              "six characters at its end, such as arn:aws:secretsmanager:eu-central-1:123456789012:secret:logzio-AbCdEf",
          ],
    secretKmsKeyArn: kmsKeyArn,
    tokenVersion: within({ min: 1, max: 2_147_483_647 }, "raised by one for each new token"),
    namePrefix: (prefix) => {
      const room = nameLimits.secret - uniqueSuffix;
      return prefix.length <= room && /^[A-Za-z0-9/_+=.@-]+$/.test(prefix)
        ? []
        : [`is ${show(prefix)}; write 1 to ${room} letters, digits and /_+=.@-`];
    },
    recoveryWindowInDays: (days, construct) =>
      days === 0 ? [] : within(recoveryWindowDays, "days, or 0 to delete at once")(days, construct),
    provider: awsProvider,
    tags,
  },
  known: ["purpose"],
  together: [eitherSecretOrToken, tokenStaysSecret, keyNeedsSecret],
};

function eitherSecretOrToken(props: ListenerTokenProps): Problem[] {
  if (props.secretArn !== undefined && props.token !== undefined) {
    return [{ path: "secretArn", text: "and a token variable are both given; keep one of them" }];
  }
  if (props.secretArn === undefined && props.token === undefined) {
    return [
      {
        path: "secretArn",
        text: "is missing, and so is a token variable; give the ARN of a secret, or a variable",
      },
    ];
  }
  return [];
}

function tokenStaysSecret({ token }: ListenerTokenProps, construct: IConstruct): Problem[] {
  if (token === undefined) return [];
  return tokenProblems(token, construct).map((text) => ({ path: "token", text }));
}

function keyNeedsSecret(props: ListenerTokenProps): Problem[] {
  if (props.secretKmsKeyArn === undefined || props.secretArn !== undefined) return [];
  return [{ path: "secretKmsKeyArn", text: "is given without secretArn, whose key it is; remove it" }];
}

/** A shipping token: a secret of the user's, or one made from a Terraform variable. */
export class ListenerToken extends Construct {
  readonly purpose: TokenPurpose;
  readonly secretArn: string;
  /** The secret that was made from a variable. */
  readonly secret?: SecretsmanagerSecret;
  readonly version?: SecretsmanagerSecretVersion;
  /** What a reader of the token needs. */
  readonly readStatements: readonly PolicyStatement[];

  constructor(scope: Construct, id: string, props: ListenerTokenProps) {
    super(scope, id);
    useProvider(this, props.provider);
    validate(this, props, rules);
    this.purpose = props.purpose ?? "logs";
    // The variable can still be changed, until the stack is synthesized.
    this.node.addValidation({
      validate: () => tokenStaysSecret(props, this).map(({ path, text }) => `${path} ${text}`),
    });
    if (props.secretArn === undefined) {
      this.secret = this.createSecret(props);
      this.version = this.createVersion(this.secret, props);
    }
    this.secretArn = props.secretArn ?? this.createdSecret.arn;
    this.readStatements = [this.readSecret(), ...this.decryptSecret(props)];
  }

  /** What must exist before the token can be read. */
  get dependables(): ITerraformDependable[] {
    return this.version === undefined ? [] : [this.version];
  }

  private get createdSecret(): SecretsmanagerSecret {
    if (this.secret === undefined) throw new Error(`${this.node.path} has no secret`);
    return this.secret;
  }

  private createSecret(props: ListenerTokenProps): SecretsmanagerSecret {
    return new SecretsmanagerSecret(this, "secret", {
      namePrefix: props.namePrefix ?? secrets[this.purpose].namePrefix,
      description: secrets[this.purpose].description,
      recoveryWindowInDays: props.recoveryWindowInDays ?? recoveryWindowDays.min,
      tags: props.tags === undefined ? undefined : literals(props.tags),
    });
  }

  private createVersion(
    secret: SecretsmanagerSecret,
    props: ListenerTokenProps,
  ): SecretsmanagerSecretVersion {
    return new SecretsmanagerSecretVersion(this, "version", {
      secretId: secret.id,
      secretStringWo: secrets[this.purpose].json ? Fn.jsonencode({ api_key: props.token }) : props.token,
      secretStringWoVersion: props.tokenVersion ?? 1,
    });
  }

  private readSecret(): PolicyStatement {
    return { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [this.secretArn] };
  }

  private decryptSecret(props: ListenerTokenProps): PolicyStatement[] {
    if (props.secretKmsKeyArn === undefined) return [];
    const aws = AwsContext.of(this);
    // A secret may be kept in another region; its ARN says which.
    const region = Token.isUnresolved(this.secretArn) ? aws.region : this.secretArn.split(":")[3];
    return [
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: [props.secretKmsKeyArn],
        Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.${aws.domain}` } },
      },
    ];
  }
}

/** Whether a prop that should be a token's construct is one: configuration files and JavaScript may pass anything. */
export function isListenerToken(token: unknown): token is ListenerToken {
  return isObject(token) && "readStatements" in token;
}

/** Says that a token's construct is missing. What stands in its place may be the token itself, so it is not repeated. */
export function missingToken(token: unknown): Problem[] {
  if (isListenerToken(token)) return [];
  const what = token === undefined ? "is missing" : "is no ListenerToken";
  return [{ path: "token", text: `${what}; write new ListenerToken(this, "token", { secretArn })` }];
}
