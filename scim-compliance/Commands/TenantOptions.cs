using System.CommandLine;
using System.Globalization;
using ScimCompliance.Simulate;
using ScimCompliance.Verify;

namespace ScimCompliance.Commands;

/// <summary>The options that choose the tenant: a file, or a generated one.</summary>
sealed class TenantOptions
{
    readonly Option<FileInfo?> _file = new("--tenant") { Description = "A tenant as JSON, as --save-tenant of simulate writes it" };
    readonly Option<int> _users = new("--users") { Description = "Users to make up", DefaultValueFactory = _ => 200 };
    readonly Option<int?> _groups = new("--groups") { Description = "Groups to make up [default: a tenth of the users, at least 4]" };
    readonly Option<int?> _memberships = new("--memberships")
    {
        Description = "Memberships to make up [default: five for each user, or what leaves some groups small]",
    };
    readonly Option<int> _seed = new("--seed")
    {
        Description = "Equal seeds make equal tenants and equal changes",
        DefaultValueFactory = _ => 1,
    };
    readonly Option<string?> _mark = new("--mark") { Description = "What every name of the made-up tenant contains [default: random]" };

    public TenantOptions(Command command)
    {
        foreach (var option in (Option[])[_file, _users, _groups, _memberships, _seed, _mark])
            command.Add(option);
    }

    /// <summary>The tenant, the generator of people who join later, and the random numbers that decide everything.</summary>
    public async Task<(Tenant Tenant, TenantPeople People, Random Random)> ReadAsync(ParseResult parsed, CancellationToken ct)
    {
        var seed = parsed.GetValue(_seed);
        if (parsed.GetValue(_file) is { } file)
        {
            if (
                ((Option[])[_users, _groups, _memberships, _mark]).FirstOrDefault(option =>
                    parsed.GetResult(option) is { Implicit: false }
                ) is
                { } futile
            )
                throw new CannotRun(
                    $"{futile.Name} is about a made-up tenant, and does nothing to the one of --tenant: leave one of them out."
                );
            var tenant = TenantFile.Read(await File.ReadAllTextAsync(file.FullName, ct));
            var random = new Random(seed);
            var people = new TenantPeople(tenant.Mark, random);
            people.Reserve(tenant);
            return (tenant, people, random);
        }
        return TenantGenerator.Generate(
            TenantSize.For(parsed.GetValue(_users), parsed.GetValue(_groups), parsed.GetValue(_memberships)),
            seed,
            Mark(parsed)
        );
    }

    string Mark(ParseResult parsed) =>
        parsed.GetValue(_mark) switch
        {
            null => new Random().Next(0x1000000).ToString("x6", CultureInfo.InvariantCulture),
            { Length: >= 4 and <= 30 } mark when mark.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)) => mark,
            var mark => throw new CannotRun(
                $"'{mark}' cannot be a mark: it has 4 to 30 lower-case letters and digits, since it becomes part of addresses."
            ),
        };
}
