import { TerraformProvider } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { tokenProblems } from "../foundation/token-variable";
import { show, text, validate, type Problem, type Rule, type Rules } from "../foundation/validation";
import { logzioRegion, type LogzioRegion } from "../foundation/listener";

/** The Terraform provider of Logz.io, in the versions that these constructs are written for. */
export const logzioProvider = {
  providerName: "logzio",
  providerVersionConstraint: ">= 1.26.0, < 2.0.0",
} as const;

/** At most one of `region` and `customApiUrl`. */
export interface LogzioProviderProps {
  /**
   * API token of the Logz.io account: the value of a sensitive and ephemeral variable of the stack, and nothing else,
   * or of an ephemeral resource, so that it is in no plan, state or synthesized file.
   * @example
   * const variable = new TerraformVariable(stack, "logzio_api_token", { type: "string", sensitive: true });
   * variable.addOverride("ephemeral", true);
   * new LogzioProvider(stack, "logzio", { apiToken: variable.stringValue });
   */
  readonly apiToken: string;
  /** Code of the Logz.io account's region: `us`, `au`, `ca`, `eu` or `uk`. @default "us" */
  readonly region?: LogzioRegion;
  /** URL of the API in place of a region: for a proxy. https, or http on this machine. */
  readonly customApiUrl?: string;
  /** Name of this provider in a stack that has more than one, for several Logz.io accounts. @default none */
  readonly alias?: string;
}

const customApiUrl: Rule<string> = text((url) => {
  const example = "https://api-eu.logz.io";
  const { protocol, hostname, username, password, search, hash } = URL.canParse(url)
    ? new URL(url)
    : new URL("none://");
  // What is in it besides may be the token, so it is not repeated.
  if (username !== "" || password !== "" || search !== "" || hash !== "")
    return [`holds more than scheme, host, port and path; write one such as ${example}`];
  if (protocol === "https:") return [];
  if (protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(hostname)) return [];
  return [`is ${show(url)}; write an https URL, such as ${example}`];
});

/** Source: Terraform language, "Provider configuration": identifiers. */
const alias: Rule<string> = text((name) =>
  /^[A-Za-z_][\w-]*$/.test(name) ? [] : [`is ${show(name)}; write letters, digits, _ and -`],
);

const rules: Rules<LogzioProviderProps> = {
  props: { region: logzioRegion, customApiUrl, alias },
  // Terraform reads the first before it knows any value.
  known: ["alias"],
  together: [tokenStaysSecret, oneApi],
};

function tokenStaysSecret({ apiToken }: Partial<LogzioProviderProps>, construct: IConstruct): Problem[] {
  if (apiToken === undefined)
    return [
      {
        path: "apiToken",
        text: "is missing; write the value of a sensitive, ephemeral Terraform variable of this stack",
      },
    ];
  return tokenProblems(apiToken, construct).map((text) => ({ path: "apiToken", text }));
}

function oneApi({ region, customApiUrl: url }: LogzioProviderProps): Problem[] {
  if (region === undefined || url === undefined) return [];
  return [{ path: "region", text: "and customApiUrl are both given; keep one of them" }];
}

/**
 * Logz.io's Terraform provider, which no npm package has types for. Its versions up to 1.26.0 at least do not verify
 * the API's certificate where a proxy is set by environment variables (`HTTPS_PROXY`); `logzio-s3 connect` does.
 * @throws ConstructError with everything that is wrong with the props
 */
export class LogzioProvider extends TerraformProvider {
  static readonly tfResourceType = "logzio";

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LogzioProviderProps,
  ) {
    super(scope, id, {
      terraformResourceType: LogzioProvider.tfResourceType,
      terraformGeneratorMetadata: logzioProvider,
      terraformProviderSource: "logzio/logzio",
    });
    validate(this, props, rules);
    // The variable can still be changed, until the stack is synthesized.
    this.node.addValidation({
      validate: () => tokenStaysSecret(props, this).map(({ path, text }) => `${path} ${text}`),
    });
  }

  override get alias(): string | undefined {
    return this.props.alias;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { apiToken, region, customApiUrl: url } = this.props;
    return { api_token: apiToken, region, custom_api_url: url };
  }
}
