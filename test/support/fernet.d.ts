/** The other implementation of Fernet brings no types. */
declare module 'fernet' {
  export class Secret {
    constructor(key: string)
  }
  export class Token {
    constructor(options: { secret: Secret; token?: string; time?: Date; ttl?: number })
    encode(text: string): string
    decode(): string
  }
}
