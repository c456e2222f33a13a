// From application to certification, over the client that is generated from the OpenAPI document.

import createClient from "openapi-fetch";
import type { paths } from "../generated/ctpat-v1.js";
import { body, etag, portalAs, refused, type Schemas } from "./portal.js";

async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const result = await work();
  console.log(`    ${what}`);
  return result;
}

const officer = portalAs("officer");
const specialist = portalAs("specialist");
const supervisor = portalAs("supervisor");
const auditor = portalAs("auditor");
const stranger = createClient<paths>({ baseUrl: process.env["CTPAT_BASE_URL"] ?? "" });
const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

await step("a stranger lists nothing", async () => {
  refused("list accounts without a token", 401, await stranger.GET("/v1/accounts"));
});

const account = await step("the officer registers a company", async () => {
  const request: Schemas["RegisterAccountRequest"] = {
    company: { name: "Harbor Imports, Inc.", employees: "from_51_to_250" },
    primary_address: {
      type: "headquarters",
      country: "US",
      street_1: "400 Harbor Road",
      city: "Laredo",
      state: "TX",
      postal_code: "78040",
      staffed_office: true,
    },
    contact: { given_name: "Maria", family_name: "Ortega", email: "maria@example.com", company_officer: true },
  };
  const params = { header: { "Idempotency-Key": crypto.randomUUID() } };
  const first = body("register", await officer.POST("/v1/accounts", { params, body: request }));
  const again = body("register again", await officer.POST("/v1/accounts", { params, body: request }));
  if (again.id !== first.id) {
    throw new Error("a repeat with the same key made a second account");
  }
  return first;
});

await step("and accepts the agreement", async () => {
  const agreements = body("agreements", await officer.GET("/v1/agreements"));
  const current = agreements.items.find((agreement) => agreement.in_force);
  if (current === undefined) {
    throw new Error("no agreement is in force");
  }
  const path = { account_id: account.id };
  const answer = await officer.POST("/v1/accounts/{account_id}/accept-agreement", {
    params: { path },
    body: { agreement_version: current.version },
  });
  body("accept", answer);
});

const membership = await step("applies as an importer", async () => {
  const answer = await officer.POST("/v1/memberships", {
    body: {
      account_id: account.id,
      entity_type: "importer",
      country_of_establishment: "US",
      identifiers: [{ type: "importer_of_record", value: "12-345678900" }],
      declarations: { last_trading_on: yesterday, debt: "no_unpaid_final_debt" },
    },
  });
  return body("apply", answer);
});
const onMembership = { params: { path: { membership_id: membership.id } } };
const onProfile = { params: { path: { profile_id: membership.profile_id } } };

await step("identifiers are replaced by who names the version", async () => {
  const path = "/v1/memberships/{membership_id}/change-identifiers";
  const identifiers: Schemas["ChangeIdentifiersRequest"]["identifiers"] = [
    { type: "importer_of_record", value: "12-345678900" },
    { type: "ein", value: "12-3456789" },
  ];
  const read = await officer.GET("/v1/memberships/{membership_id}", onMembership);
  const params = { ...onMembership.params, header: { "If-Match": etag(read) } };
  body("change identifiers", await officer.POST(path, { params, body: { identifiers } }));
  refused("change them by what was read before", 412, await officer.POST(path, { params, body: { identifiers } }));
});

const answers = await step("answers every criterion", async () => {
  const list = body("answers", await officer.GET("/v1/profiles/{profile_id}/answers", onProfile));
  for (const asked of list.items) {
    const path = { profile_id: membership.profile_id, criterion_id: asked.criterion_id };
    const saved = await officer.PUT("/v1/profiles/{profile_id}/answers/{criterion_id}", {
      params: { path },
      body: { applies: "yes", met: "yes", text: `What we do about ${asked.criterion_id} at our site in Laredo.`, evidence: [] },
    });
    body(`answer ${asked.criterion_id}`, saved);
  }
  return list.items;
});

await step("a blind overwrite is refused, one that names the version goes through", async () => {
  const params = { path: { profile_id: membership.profile_id, criterion_id: "1.1" } };
  const read = await officer.GET("/v1/profiles/{profile_id}/answers/{criterion_id}", { params });
  const text = { text: "Signed by our chief executive in January.", evidence: [] };
  const blind = await officer.PUT("/v1/profiles/{profile_id}/answers/{criterion_id}", { params, body: text });
  refused("overwrite blindly", 428, blind);
  const named = { ...params, header: { "If-Match": etag(read) } };
  body("overwrite", await officer.PUT("/v1/profiles/{profile_id}/answers/{criterion_id}", { params: named, body: text }));
});

await step("submits the profile", async () => {
  body("submit", await officer.POST("/v1/profiles/{profile_id}/submit", { ...onProfile, body: {} }));
});

await step("a supervisor assigns the specialist", async () => {
  const me = body("me", await specialist.GET("/v1/me"));
  const assigned = { specialist_id: me.person_id, office: "laredo" } as const;
  const path = "/v1/memberships/{membership_id}/assign-specialist";
  body("assign", await supervisor.POST(path, { ...onMembership, body: assigned }));
});

await step("the specialist reviews and approves it", async () => {
  body("start", await specialist.POST("/v1/profiles/{profile_id}/start-review", { ...onProfile, body: {} }));
  for (const { criterion_id } of answers) {
    const accepted = await specialist.POST("/v1/profiles/{profile_id}/accept-answer", { ...onProfile, body: { criterion_id } });
    body(`accept ${criterion_id}`, accepted);
  }
  body("approve", await specialist.POST("/v1/profiles/{profile_id}/approve", { ...onProfile, body: {} }));
});

await step("records bond, vetting and determinations, and recommends", async () => {
  const bond = { kind: "importer", term: "continuous", number: "010001234", surety: "Example Surety Company" } as const;
  body("bond", await specialist.POST("/v1/memberships/{membership_id}/set-bond", { ...onMembership, body: bond }));
  const applied_on = membership.dates.applied_on ?? yesterday;
  const vetting = { outcome: "passed", summary: "no_concerns", determined_on: applied_on } as const;
  const vetted = body(
    "vetting",
    await specialist.POST("/v1/memberships/{membership_id}/record-vetting-result", { ...onMembership, body: vetting }),
  );
  for (const open of vetted.conditions.filter((condition) => !condition.settled)) {
    const determined = await specialist.POST("/v1/memberships/{membership_id}/record-determination", {
      ...onMembership,
      body: {
        condition: open.condition as Schemas["RecordDeterminationRequest"]["condition"],
        outcome: "met",
        basis: "Checked against the records.",
      },
    });
    body(`determine ${open.condition}`, determined);
  }
  body("recommend", await specialist.POST("/v1/memberships/{membership_id}/recommend-certification", { ...onMembership, body: {} }));
});

await step("the supervisor certifies", async () => {
  const certified = body("certify", await supervisor.POST("/v1/memberships/{membership_id}/certify", { ...onMembership, body: {} }));
  if (certified.status !== "certified" || certified.dates.certified_on === undefined) {
    throw new Error(`expected a certified membership, got ${certified.status}`);
  }
});

await step("and the auditor reads how it came about", async () => {
  const history = body("history", await auditor.GET("/v1/memberships/{membership_id}/events", onMembership));
  const types = history.items.map((event) => event.type);
  if (types[0] !== "membership.applied" || types.at(-1) !== "membership.certified") {
    throw new Error(`an unexpected history: ${types.join(", ")}`);
  }
});
