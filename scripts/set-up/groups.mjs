/** Which steps each entry needs, in the order in which they depend on each other. */
import { builtCommand, builtWindow } from './built-output.mjs';
import { electronRuntime } from './electron.mjs';
import { nodePackages } from './node-packages.mjs';
import { llamaEnvironment, mlxEnvironment, pythonEnvironment, pythonTools } from './python.mjs';
import { sandboxSystem, testSystem, windowSystem } from './system-libraries.mjs';
import { testBrowser } from './test-browser.mjs';

export const forWindow = [
  windowSystem,
  sandboxSystem,
  nodePackages,
  electronRuntime,
  pythonEnvironment,
  builtWindow,
  builtCommand,
];

export const forBrowser = [
  sandboxSystem,
  nodePackages,
  pythonEnvironment,
  builtWindow,
  builtCommand,
];

export const forCommand = [sandboxSystem, nodePackages, pythonEnvironment, builtCommand];

export const forServer = forBrowser;

export const forHelp = [nodePackages, builtCommand];

export const forBuild = [nodePackages, builtWindow, builtCommand];

export const forPackage = [windowSystem, nodePackages, electronRuntime, builtWindow, builtCommand];

export const forChecks = [nodePackages, pythonEnvironment, pythonTools];

/** Tests alone, without windows. */
export const forLightTests = [...forChecks, mlxEnvironment, llamaEnvironment];

export const everything = [
  windowSystem,
  sandboxSystem,
  testSystem,
  nodePackages,
  testBrowser,
  electronRuntime,
  pythonEnvironment,
  pythonTools,
  mlxEnvironment,
  llamaEnvironment,
  builtWindow,
  builtCommand,
];
