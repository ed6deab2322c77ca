import tseslint from "typescript-eslint";

export default tseslint.config(
  // The kernel is AssemblyScript, whose types are others; its compiler is strict, and tsc checks it beside.
  {
    ignores: [
      "lambdas/kernel/",
      "lambdas/shipping/kernel-code.ts",
      "dist/",
      "node_modules/",
      "cdktf.out/",
      "coverage/",
      "**/*.js",
      "**/*.mjs",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: new URL(".", import.meta.url).pathname },
    },
    rules: {
      // The barrel loads 2,139 modules: 28 s and 1.8 GB a test run.
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "@cdktf/provider-aws",
              message: "Import the resource: @cdktf/provider-aws/lib/sqs-queue/index.js",
            },
          ],
        },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/no-unnecessary-type-parameters": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ["lambdas/**/*.ts"],
    ignores: ["lambdas/**/environment.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["cdktf", "cdktf/*", "constructs", "@cdktf/*", "**/constructs/**"],
              message: "Lambda code never imports constructs.",
            },
            {
              group: ["zod", "yaml"],
              message: "zod and yaml stay in config/: they cost a Lambda load time.",
            },
          ],
        },
      ],
    },
  },
);
