// Runs the compiled program of this folder as the language host of Node.js does: node run.js up STACK.
const path = require("node:path");
const { LocalWorkspace } = require("@pulumi/pulumi/automation");

async function main(verb, stackName) {
    const workDir = __dirname;
    const program = async () => require(path.join(workDir, "bin"));
    const projectName = path.basename(workDir);
    const stack = await LocalWorkspace.selectStack({ stackName, projectName, program }, { workDir });
    await stack[verb]({ onOutput: (text) => process.stdout.write(text) });
}

main(...process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
});
