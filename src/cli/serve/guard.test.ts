import { describe, expect, it } from 'vitest';
import { cookieName, judge } from './guard';
import { cookieValue, sameSecret } from './token';

const port = 4400;
const token = 'a'.repeat(43);
const cookie = cookieValue(token, port);
const guard = { port, token, cookie };
const host = `127.0.0.1:${port}`;
const origin = `http://${host}`;
const withCookie = { host, cookie: `x=1; ${cookieName(port)}=${cookie}` };

describe('the guard of lab serve', () => {
  it('lets the own page in with its cookie, and scripts with the token', () => {
    expect(judge(guard, withCookie, 'page')).toBe('allowed');
    expect(judge(guard, { ...withCookie, origin }, 'call')).toBe('allowed');
    expect(judge(guard, { host, authorization: `Bearer ${token}` }, 'call')).toBe('allowed');
    const localhost = { ...withCookie, host: `localhost:${port}` };
    expect(judge(guard, { ...localhost, origin: `http://localhost:${port}` }, 'call')).toBe(
      'allowed',
    );
  });

  it.each(['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:4401', undefined])(
    'refuses the host %s whatever it brings',
    (wrong) => {
      const headers = { ...withCookie, authorization: `Bearer ${token}` };
      const asked =
        wrong === undefined ? { ...headers, host: undefined } : { ...headers, host: wrong };
      expect(judge(guard, asked as typeof headers, 'page')).toBe('wrong host');
    },
  );

  it.each(['http://evil.example', 'null', `https://${host}`, 'http://127.0.0.1:4401'])(
    'refuses the origin %s, with cookie or token',
    (wrong) => {
      expect(judge(guard, { ...withCookie, origin: wrong }, 'call')).toBe('wrong origin');
      const headers = { host, origin: wrong, authorization: `Bearer ${token}` };
      expect(judge(guard, headers, 'call')).toBe('wrong origin');
    },
  );

  it('refuses a call by cookie that names no origin', () => {
    expect(judge(guard, withCookie, 'call')).toBe('wrong origin');
  });

  it('refuses a missing, a wrong and another port’s secret', () => {
    expect(judge(guard, { host }, 'page')).toBe('no token');
    expect(judge(guard, { host, authorization: 'Bearer b' }, 'call')).toBe('no token');
    const other = cookieValue(token, 4401);
    const headers = { host, cookie: `${cookieName(port)}=${other}` };
    expect(judge(guard, headers, 'page')).toBe('no token');
    expect(judge(guard, { host, cookie: `${cookieName(port)}=${token}` }, 'page')).toBe('no token');
  });

  it('compares secrets of any length', () => {
    expect(sameSecret('', token)).toBe(false);
    expect(sameSecret(token, token)).toBe(true);
  });
});
