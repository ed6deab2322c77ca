import { missingForEndToEnd } from "../../support/requirements";

test("names what is missing for the end-to-end tests, and where it comes from", () => {
  expect(missingForEndToEnd({ PATH: "/nonexistent" }).slice(0, 2)).toEqual([
    "Terraform >= 1.11 on the PATH",
    expect.stringContaining("pipx install 'moto[server]'"),
  ]);
});

test("takes an emulator that runs already for moto_server", () => {
  const environment = { PATH: "/nonexistent", AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };
  expect(missingForEndToEnd(environment).join()).not.toContain("moto");
});
