using ScimCompliance.Verify;
using Spectre.Console;

namespace ScimCompliance.Commands;

/// <summary>0 all well; 1 the server does not do what it must; 2 it could not be tried.</summary>
static class ExitCode
{
    public const int Good = 0;
    public const int NotGood = 1;
    public const int CouldNotRun = 2;

    /// <summary>Runs a verb; what keeps it from running becomes a sentence on standard error and exit code 2.</summary>
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
        // Else a mistake of the tool would look like one of the server.
        catch (Exception bug)
        {
            return Refuse($"This is a mistake of scim-compliance, not of the server: {bug}");
        }
    }

    /// <summary>Says why on standard error: in red on a terminal, and as it is in a file.</summary>
    public static int Refuse(string message)
    {
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(message);
        else
            AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }).MarkupLineInterpolated($"[red]{message}[/]");
        return CouldNotRun;
    }
}
