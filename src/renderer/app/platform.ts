/** What differs by operating system in the window itself. */
const isApple = /mac|iphone|ipad/i.test(
  window.lorabench?.platform === 'darwin' ? 'mac' : navigator.userAgent,
);

export const commandKey = isApple ? '⌘' : 'Ctrl';
