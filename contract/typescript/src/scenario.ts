// From application to certification, over the client that is generated from the OpenAPI document.

import createClient from "openapi-fetch";
import type { paths } from "../generated/ctpat-v1.js";
import { body, portalAs, refused } from "./portal.js";

async function step(what: string, work: () => Promise<void>): Promise<void> {
  await work();
  console.log(`    ${what}`);
}

const specialist = portalAs("specialist");
const stranger = createClient<paths>({ baseUrl: process.env["CTPAT_BASE_URL"] ?? "" });

await step("the specialist lists accounts", async () => {
  const page = body("list accounts", await specialist.GET("/v1/accounts", { params: { query: { limit: 2 } } }));
  if (page.items.length > 2) {
    throw new Error(`asked for two accounts, got ${page.items.length}`);
  }
});
await step("a stranger lists nothing", async () => {
  refused("list accounts without a token", 401, await stranger.GET("/v1/accounts"));
});
