using ScimCompliance.Verify;
using Spectre.Console;

namespace ScimCompliance.Commands;

/// <summary>0: everything is right; 1: the server breaks a must; 2: the tool could not run.</summary>
static class ExitCode
{
    public const int Good = 0;
    public const int NotGood = 1;
    public const int CouldNotRun = 2;

    /// <summary>Runs a verb. An exception becomes a sentence on standard error and exit code 2.</summary>
    public static async Task<int> Of(Func<Task<bool>> verb)
    {
        try
        {
            return await verb() ? Good : NotGood;
        }
        catch (CannotRun cannot)
        {
            return Refuse(cannot.Message);
        }
        catch (OperationCanceledException)
        {
            return Refuse("Interrupted.");
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            return Refuse(unwritable.Message);
        }
        // A bug of the tool must not look like a mistake of the server.
        catch (Exception bug)
        {
            return Refuse($"This is a mistake of scim-compliance, not of the server: {bug}");
        }
    }

    /// <summary>Prints the reason on standard error, in red on a terminal.</summary>
    public static int Refuse(string message)
    {
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(message);
        else
            AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).MarkupLineInterpolated($"[red]{message}[/]");
        return CouldNotRun;
    }
}
