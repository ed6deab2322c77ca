import type { LogzioApi } from "../logzio-api/logzio-api";
import type { Archive, Fetcher } from "../logzio-api/types";
import {
  archiveConfiguration,
  fetcherConfiguration,
  roleOf,
  type Configuration,
  type Identity,
  type Settings,
} from "./configuration";

/** The fetchers and archives of one Logz.io account that use roles, through its API. */
export class Configurations {
  constructor(private readonly api: LogzioApi) {}

  async list(): Promise<Configuration[]> {
    const [fetchers, archives] = [await this.api.listFetchers(), await this.api.listArchives()];
    return [...fetchers.map(fetcherConfiguration), ...archives.map(archiveConfiguration)].filter(
      (one) => one !== undefined,
    );
  }

  async ofRole(arn: string): Promise<Configuration[]> {
    return (await this.list()).filter((one) => roleOf(one) === arn);
  }

  /** Undefined where there is none any more, or it uses no role. */
  async find({ kind, id }: Identity): Promise<Configuration | undefined> {
    if (kind === "fetcher") return read(await this.api.findFetcher(id), fetcherConfiguration);
    return read(await this.api.findArchive(id), archiveConfiguration);
  }

  /** Whether it is there, with a role or without. */
  async isThere({ kind, id }: Identity): Promise<boolean> {
    const answer = kind === "fetcher" ? await this.api.findFetcher(id) : await this.api.findArchive(id);
    return answer !== undefined;
  }

  /** @throws CredentialsRefused where AWS refuses the role with the external ID that Logz.io sends */
  async save(id: number, settings: Settings): Promise<void> {
    if (settings.kind === "fetcher") await this.api.updateFetcher(id, settings.body);
    else await this.api.updateArchive(id, settings.body);
  }

  /** @throws CredentialsRefused as {@link save} */
  async create(settings: Settings): Promise<Identity> {
    const { id } =
      settings.kind === "fetcher"
        ? await this.api.createFetcher(settings.body)
        : await this.api.createArchive(settings.body);
    return { kind: settings.kind, id };
  }

  /** It is no error where it is gone already. */
  async delete({ kind, id }: Identity): Promise<void> {
    await (kind === "fetcher" ? this.api.deleteFetcher(id) : this.api.deleteArchive(id));
  }
}

function read<Answer extends Fetcher | Archive>(
  answer: Answer | undefined,
  configuration: (answer: Answer) => Configuration | undefined,
): Configuration | undefined {
  return answer === undefined ? undefined : configuration(answer);
}
