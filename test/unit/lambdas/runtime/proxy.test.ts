import { proxyFor } from "../../../../lambdas/runtime/proxy/proxy";

const variables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];
const environment = { ...process.env };
beforeEach(() => {
  for (const name of [...variables, "NO_PROXY", "no_proxy"]) Reflect.deleteProperty(process.env, name);
});
afterEach(() => {
  process.env = { ...environment };
});

describe("the proxy of the environment", () => {
  it.each([
    ["without a scheme speaks HTTP", { HTTPS_PROXY: "proxy:3128" }, "http://proxy:3128/"],
    ["speaks what it says", { HTTPS_PROXY: "https://proxy:3128" }, "https://proxy:3128/"],
    [
      "speaks what it says, though plain HTTP has it without a scheme",
      { HTTPS_PROXY: "https://proxy:3128", HTTP_PROXY: "proxy:3128" },
      "https://proxy:3128/",
    ],
    [
      "speaks what it says, though it needs no proxy itself",
      { HTTPS_PROXY: "https://proxy:3128", NO_PROXY: "proxy:3128" },
      "https://proxy:3128/",
    ],
    [
      "is HTTPS_PROXY's where ALL_PROXY says another scheme",
      { https_proxy: "proxy:3128", ALL_PROXY: "https://proxy:3128" },
      "http://proxy:3128/",
    ],
    ["may be for all addresses", { all_proxy: "proxy:3128" }, "http://proxy:3128/"],
  ])("%s", (_, named, expected) => {
    Object.assign(process.env, named);
    expect(proxyFor("https://listener.logz.io:8071/")?.href).toBe(expected);
  });

  it("is none for an address that needs none, or where nothing is named", () => {
    expect(proxyFor("https://listener.logz.io:8071/")).toBeUndefined();
    Object.assign(process.env, { HTTPS_PROXY: "proxy:3128", NO_PROXY: ".logz.io" });
    expect(proxyFor("https://listener.logz.io:8071/")).toBeUndefined();
  });

  it("is refused where it does not speak HTTP, without repeating it", () => {
    process.env["HTTPS_PROXY"] = "socks5://user:password@proxy:1080";
    expect(() => proxyFor("https://listener.logz.io:8071/")).toThrow(/not one for HTTP/);
    expect(() => proxyFor("https://listener.logz.io:8071/")).not.toThrow(/password/);
  });
});
