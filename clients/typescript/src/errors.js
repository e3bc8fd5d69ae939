/**
 * Why a request, a stream or a connection failed.
 *
 * `code` is the contract's where the server told one (`rate_limited`, `forbidden`, …), else the name of the RSocket
 * error (`REJECTED_SETUP`, `CONNECTION_ERROR`, …), or `disconnected` where the connection ended beneath the request.
 * `kind` is the name of the RSocket error, if there was one. `status`, `detail`, `errors`, `outcome` and `retryAfter`
 * (seconds) are there where the server told them.
 */
export class OvationError extends Error {
  constructor(code, message, { kind = null, problem = {}, cause } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OvationError';
    this.code = code;
    this.kind = kind;
    this.status = problem.status ?? null;
    this.detail = problem.detail ?? null;
    this.errors = Array.isArray(problem.errors) ? problem.errors : [];
    this.outcome = problem.outcome ?? null;
    this.until = problem.until ?? null;
    this.retryAfter = typeof problem.retryAfter === 'number' ? problem.retryAfter : null;
  }
}
