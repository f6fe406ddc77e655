/** How providers word their failures: bodies of several dialects by the class they mean. */
import type { Step } from './mock-provider.ts'

/** Bodies as the dialects word them, by the class they mean. */
export const dialects: Record<string, Step[]> = {
  rate_limited: [
    {
      status: 429,
      error: {
        error: {
          message: 'Rate limit reached for requests',
          type: 'requests',
          code: 'rate_limit_exceeded',
        },
      },
    },
    {
      status: 429,
      error: { object: 'error', message: 'Requests rate limit exceeded', type: 'rate_limited' },
    },
    {
      status: 429,
      error: [
        {
          error: {
            code: 429,
            message: 'Resource has been exhausted',
            status: 'RESOURCE_EXHAUSTED',
          },
        },
      ],
    },
  ],
  quota: [
    {
      status: 429,
      error: {
        error: {
          message: 'You exceeded your current quota, please check your plan and billing details.',
          code: 'insufficient_quota',
        },
      },
    },
    {
      status: 400,
      error: {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the API.',
        },
      },
    },
    { status: 402, error: { error: { message: 'Insufficient Balance' } } },
  ],
  credential: [
    {
      status: 401,
      error: { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } },
    },
    {
      status: 400,
      error: [
        {
          error: {
            code: 400,
            message: 'API key not valid. Please pass a valid API key.',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
    },
    { status: 403, error: { error: { message: 'Forbidden' } } },
  ],
  model_gone: [
    {
      status: 404,
      error: { error: { message: 'The model `gone-1` does not exist', code: 'model_not_found' } },
    },
    {
      status: 404,
      error: {
        error: {
          message: 'model "llama9" not found, try pulling it first',
          type: 'not_found_error',
        },
      },
    },
    {
      status: 400,
      error: {
        error: { message: 'The model `old` has been decommissioned and is no longer supported.' },
      },
    },
  ],
  model_access: [
    { status: 403, error: { error: { message: 'Project does not have access to model gpt-x' } } },
  ],
  region_blocked: [
    {
      status: 403,
      error: {
        error: {
          message: 'Country, region, or territory not supported',
          code: 'unsupported_country_region_territory',
        },
      },
    },
    {
      status: 400,
      error: [
        {
          error: {
            message: 'User location is not supported for the API use.',
            status: 'FAILED_PRECONDITION',
          },
        },
      ],
    },
  ],
  context_length: [
    {
      status: 400,
      error: {
        error: {
          message: "This model's maximum context length is 8192 tokens.",
          code: 'context_length_exceeded',
        },
      },
    },
    {
      status: 400,
      error: {
        type: 'error',
        error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens' },
      },
    },
  ],
  content_policy: [
    {
      status: 400,
      error: {
        error: {
          message:
            "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
          code: 'content_filter',
        },
      },
    },
    { content: null, refusal: 'I cannot help with that.' },
    { content: '', finish: 'content_filter' },
  ],
  caller_fault: [
    {
      status: 400,
      error: {
        error: { message: 'Invalid type for messages[0].content', type: 'invalid_request_error' },
      },
    },
  ],
  overloaded: [
    {
      status: 529,
      error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    },
    {
      status: 503,
      error: [{ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }],
    },
  ],
  server_error: [
    { status: 500, error: { error: { message: 'The server had an error', type: 'server_error' } } },
    { status: 502, error: '<html><body>Bad gateway</body></html>' },
    { body: { error: { message: 'upstream failed', code: 502 } } },
    { body: { id: 'x', choices: [] } },
  ],
  timeout: [
    { status: 408, error: { error: { message: 'Request timeout' } } },
    { status: 524, error: '' },
  ],
  cut: [{ cut: 'head' }, { cut: 'body', content: { word: 'ready' } }],
}
