using System.CommandLine;
using ScimCompliance.Checks;
using ScimCompliance.Reports;

namespace ScimCompliance.Commands;

/// <summary><c>catalogue</c>: all checks, as Markdown.</summary>
static class CatalogueCommand
{
    public static Command Create()
    {
        var command = new Command("catalogue", "Lists every check with its rule, as Markdown.");
        command.SetAction(_ => Console.Out.Write(CatalogueReport.Write(Catalogue.All)));
        return command;
    }
}
