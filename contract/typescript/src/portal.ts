// The portal, as an integrator's program sees it: the client that is generated from the OpenAPI document, once for each role.

import { readFileSync } from "node:fs";
import createClient, { type Client } from "openapi-fetch";
import type { components, paths } from "../generated/ctpat-v1.js";

export type Role =
  | "officer"
  | "employee"
  | "consultant"
  | "specialist"
  | "supervisor"
  | "programme_director"
  | "auditor"
  | "integrator"
  | "operator";
export type Portal = Client<paths>;
export type Schemas = components["schemas"];

/** `CTPAT_BASE_URL` is the server's address, `CTPAT_TOKENS` a file that holds a JSON object from role to access token. */
export function portalAs(role: Role): Portal {
  const token = tokens()[role];
  if (token === undefined) {
    throw new Error(`the file that CTPAT_TOKENS names has no token for ${role}`);
  }
  return createClient<paths>({ baseUrl: setting("CTPAT_BASE_URL"), headers: { Authorization: `Bearer ${token}` } });
}

/** The body of an answer, or an error that shows the problem the server sent. */
export function body<T>(what: string, answer: { data?: T; error?: unknown; response: Response }): T {
  if (answer.data === undefined) {
    throw new Error(`${what}: ${answer.response.status} ${JSON.stringify(answer.error)}`);
  }
  return answer.data;
}

/** The `ETag` of an answer, to be sent back as `If-Match`. */
export function etag(answer: { response: Response }): string {
  const tag = answer.response.headers.get("ETag");
  if (tag === null) {
    throw new Error(`${answer.response.url} sent no ETag`);
  }
  return tag;
}

/** Fails unless the server refuses with this status. */
export function refused(what: string, status: number, answer: { error?: unknown; response: Response }): void {
  const type = answer.response.headers.get("Content-Type");
  if (answer.response.status !== status || type !== "application/problem+json") {
    throw new Error(`${what}: expected a problem with status ${status}, got ${answer.response.status} (${type})`);
  }
}

function tokens(): Partial<Record<Role, string>> {
  return JSON.parse(readFileSync(setting("CTPAT_TOKENS"), "utf8")) as Partial<Record<Role, string>>;
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set; cargo xtask contract sets it`);
  }
  return value;
}
