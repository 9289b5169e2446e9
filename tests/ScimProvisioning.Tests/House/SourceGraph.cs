using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ScimProvisioning.Tests.House;

/// <summary>One file of <c>src/ScimProvisioning</c> uses a type that another one declares.</summary>
/// <param name="From">Path below <c>src/ScimProvisioning</c>, with forward slashes.</param>
/// <param name="To">The file that declares the type.</param>
/// <param name="Type">The type's name.</param>
sealed record Use(string From, string To, string Type)
{
    /// <summary>The room of a file: its folder, such as <c>Storage/Database</c>; empty for the files beside <c>Program.cs</c>.</summary>
    public static string RoomOf(string file) => file.Contains('/') ? file[..file.LastIndexOf('/')] : "";

    /// <inheritdoc/>
    public override string ToString() => $"{From} uses {Type} of {To}";
}

/// <summary>
/// Which file uses which, as the compiler sees it: names are resolved to symbols, so that relative names, aliases, static usings, extension
/// methods, <c>var</c> and <c>new()</c> count like full names.
/// </summary>
static class SourceGraph
{
    public static readonly string Source = ProjectFolder.Find("src/ScimProvisioning");

    // What the project file switches on for every file.
    const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;
        """;

    static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    // Parsed once; a test that plants a file compiles again with it.
    static readonly Lazy<CSharpCompilation> Compiled = new(() =>
        CSharpCompilation.Create(
            "ScimProvisioning",
            new[] { "*.cs", "*.razor" }
                .SelectMany(kind => System.IO.Directory.EnumerateFiles(Source, kind, SearchOption.AllDirectories))
                .Where(file => Path.GetFileName(file) != "_Imports.razor")
                .Select(file => Parse(Path.GetRelativePath(Source, file).Replace('\\', '/'), File.ReadAllText(file)))
                .Append(Parse("ImplicitUsings.cs", ImplicitUsings)),
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(path => Path.GetFileName(path) is not ("ScimProvisioning.dll" or "ScimProvisioning.Tests.dll"))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
        )
    );

    static readonly Lazy<IReadOnlyList<Use>> All = new(() => Uses(Compiled.Value, Compiled.Value.SyntaxTrees));

    /// <summary>Paths below <see cref="Source"/>, with forward slashes.</summary>
    public static IEnumerable<string> Files =>
        Compiled.Value.SyntaxTrees.Select(tree => tree.FilePath).Where(file => file != "ImplicitUsings.cs");

    public static IReadOnlyList<Use> Uses() => All.Value;

    /// <summary>The same with one file more, or one in place of another.</summary>
    public static IReadOnlyList<Use> UsesWith(string file, string code)
    {
        var planted = Parse(file, code);
        var old = Compiled.Value.SyntaxTrees.FirstOrDefault(tree => tree.FilePath == file);
        var compilation = old is null ? Compiled.Value.AddSyntaxTrees(planted) : Compiled.Value.ReplaceSyntaxTree(old, planted);
        return [.. All.Value.Where(use => use.From != file), .. Uses(compilation, [planted])];
    }

    static SyntaxTree Parse(string file, string code) =>
        CSharpSyntaxTree.ParseText(file.EndsWith(".razor", StringComparison.Ordinal) ? RazorCode.Of(file, code) : code, Language, file);

    static List<Use> Uses(CSharpCompilation compilation, IEnumerable<SyntaxTree> trees) =>
        [
            .. trees
                .AsParallel()
                .SelectMany(tree =>
                {
                    var model = compilation.GetSemanticModel(tree);
                    return tree.GetRoot()
                        .DescendantNodes()
                        .Where(node => node is SimpleNameSyntax or BaseObjectCreationExpressionSyntax)
                        .SelectMany(node => TypesOf(model.GetSymbolInfo(node)))
                        .SelectMany(type =>
                            type.DeclaringSyntaxReferences.Select(declared => new Use(
                                tree.FilePath,
                                declared.SyntaxTree.FilePath,
                                type.Name
                            ))
                        );
                })
                .Where(use => use.From != use.To)
                .Distinct(),
        ];

    // A candidate is what the compiler thought of before it refused: a planted file need not compile.
    static IEnumerable<INamedTypeSymbol> TypesOf(SymbolInfo info)
    {
        IEnumerable<ISymbol> symbols = info.Symbol is null ? info.CandidateSymbols : [info.Symbol];
        foreach (var symbol in symbols)
        {
            if ((symbol as ITypeSymbol ?? symbol.ContainingType) is not { } type)
                continue;
            while (type is IArrayTypeSymbol array)
                type = array.ElementType;
            if (type is not INamedTypeSymbol named)
                continue;
            yield return named.OriginalDefinition;
            foreach (var argument in named.TypeArguments.OfType<INamedTypeSymbol>())
                yield return argument.OriginalDefinition;
        }
    }
}
