import { emulatorSettings } from "../../../config/emulator";
import { removeFolder, synthesize } from "./configurations";
import { valid } from "./valid";

const surroundings = { ...process.env };

afterEach(() => {
  process.env = { ...surroundings };
});
afterAll(removeFolder);

describe("The provider", () => {
  it("talks to an emulator where one is named", () => {
    process.env["AWS_ENDPOINT_URL"] = "http://127.0.0.1:5000";

    expect(synthesize(valid).provider.aws).toMatchObject([
      {
        access_key: "test",
        secret_key: "test",
        s3_use_path_style: true,
        max_retries: 2,
        skip_metadata_api_check: "true",
      },
    ]);
  });

  it.each([
    "http://localhost:4566",
    "http://127.1.2.3:5000",
    "http://[::1]:5000",
    "http://localstack:4566",
    "https://localhost.localstack.cloud:4566",
  ])("takes %s for an emulator", (url) => {
    expect(emulatorSettings({ AWS_ENDPOINT_URL: url })).toMatchObject({ accessKey: "test" });
  });

  it.each([
    undefined,
    "",
    "https://vpce-0123.sqs.eu-central-1.vpce.amazonaws.com",
    "https://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://10.0.0.1:4566",
    "localstack:4566",
  ])("keeps the credentials of the environment where AWS_ENDPOINT_URL is %s", (url) => {
    expect(emulatorSettings({ AWS_ENDPOINT_URL: url })).toEqual({});
  });
});
