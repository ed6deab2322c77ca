"use strict";

// The workers inherit it. The AWS SDK's warning about Node 20 says nothing about the tests.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Options that every project of the test suite shares. */
const shared = {
  testEnvironment: "node",
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" } }] },
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/cdktf.out/"],
};

/**
 * `unit`: seconds, code alone. `integration`: functions and commands over sockets, between doubles. `e2e`: real Terraform
 * and an AWS emulator, real processes. `deep`: properties, models, soak.
 */
module.exports = {
  projects: [
    { ...shared, displayName: "unit", testMatch: ["<rootDir>/test/unit/**/*.test.ts"] },
    {
      ...shared,
      displayName: "integration",
      testMatch: ["<rootDir>/test/integration/**/*.test.ts"],
    },
    { ...shared, displayName: "e2e", testMatch: ["<rootDir>/test/e2e/**/*.test.ts"] },
    { ...shared, displayName: "deep", testMatch: ["<rootDir>/test/deep/**/*.test.ts"] },
  ],
  reporters: ["default", "<rootDir>/test/support/closing-line-reporter.js"],
  // Tests wait a good part of their time, so one more than the two cores that CI has.
  maxWorkers: 3,
  // For a machine that does other things beside; what is slower by itself says so.
  testTimeout: 30_000,
};
