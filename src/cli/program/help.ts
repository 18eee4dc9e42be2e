/**
 * The commands that help with typing: help, and what shells offer when Tab is pressed.
 *
 * @module
 */
import { Argument, type Command } from "commander";
import { type Shell, shells } from "../completion-script.ts";
import { examples, start } from "./declare.ts";

/** Declares them, in their group. */
export function declareHelp(program: Command): void {
  program.commandsGroup("Help:");
  program
    .command("help")
    .description("print help, of a command or of all")
    .argument("[command]", "the command")
    .addHelpText("after", examples("kbvault help", "kbvault help restore"))
    .action(async (name: string | undefined) => {
      const known = program.commands.find((command) => command.name() === name);
      // Parsing an unknown name is what makes commander suggest a known one.
      if (name !== undefined && known === undefined) await program.parseAsync([name], { from: "user" });
      (known ?? program).help();
    });
  program
    .command("completion")
    .description("print a script that completes commands, options, versions, labels, tags and entries")
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "after",
      `
bash   echo 'source <(kbvault completion bash)' >> ~/.bashrc
zsh    echo 'source <(kbvault completion zsh)' >> ~/.zshrc      below the line with compinit
fish   kbvault completion fish > ~/.config/fish/completions/kbvault.fish
${examples("kbvault completion bash", "kbvault completion fish > ~/.config/fish/completions/kbvault.fish")}`,
    )
    .action((shell: Shell, _: object, command: Command) =>
      start(command, async () => (await import("../commands/completion.ts")).completion(shell)),
    );
  program
    .command("__complete", { hidden: true })
    .argument("[words...]", "what has been typed behind kbvault")
    .action((words: string[], _: object, command: Command) =>
      start(command, async (context) =>
        (await import("../commands/completion.ts")).complete(context, program, words),
      ),
    );
}
