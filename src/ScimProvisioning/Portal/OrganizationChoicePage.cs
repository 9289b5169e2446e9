using ScimProvisioning.Admin.Organizations;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Portal;

/// <summary>A page on which an operator of all organizations chooses one of them by its name. Everybody else has one alone.</summary>
public abstract class OrganizationChoicePage : PortalPage
{
    /// <summary>What stands for all of them in a form that makes something: all must be chosen, too.</summary>
    internal const string All = "all";

    /// <summary>The field and the member of the address with the id of an organization.</summary>
    internal const string Organization = "organizationId";

    const int Most = 50;

    FoundOrganizations? _found;

    /// <summary>Whether who looks is an operator of all organizations.</summary>
    private protected bool IsOfAll => Session is { IsOperator: true, Admin.OrganizationId: null };

    /// <summary>Whether there are so many that one is searched for.</summary>
    private protected bool AreMany => _found is { HasMore: true } || (IsOfAll && Queried("q") is not null);

    /// <summary>The organization that the address names; <c>null</c>: none.</summary>
    /// <exception cref="ProblemException">400: it is no id.</exception>
    private protected Guid? AskedOrganization => QueriedId(Organization);

    /// <exception cref="ProblemException">400: it is no id.</exception>
    private protected Guid? QueriedId(string field) =>
        Queried(field) is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw ProblemException.BadRequest("bad_request", $"{field}: {T["form.no-id"]}");

    /// <summary>Reads those to choose from: the first by name or, if it was searched for, those whose name begins so.</summary>
    private protected async Task FindOrganizationsAsync()
    {
        if (!IsOfAll)
            return;
        var search = new OrganizationSearch(Queried("q"));
        _found = await FindAsync(search, (OrganizationUseCases organizations) => organizations.FindAsync(search, Most, Ct));
        _found ??= new([], false);
        if (AskedOrganization is not { } asked || _found.Data.Any(shown => shown.Id == asked))
            return;
        var name = NameIn(await OrganizationNamesAsync([asked]), asked);
        _found = _found with { Data = [new NamedOrganization(asked, name, null), .. _found.Data] };
    }

    /// <summary>Value and text of each organization, for a field to choose from.</summary>
    /// <param name="first">What stands in front of them.</param>
    private protected IReadOnlyList<(string Value, string Text)> OrganizationChoices(params (string, string)[] first) =>
        [
            .. first,
            .. (_found?.Data ?? []).Select(shown =>
                ($"{shown.Id}", shown.ExternalId is null ? shown.Name : $"{shown.Name} ({shown.ExternalId})")
            ),
        ];

    /// <summary>The organization that was chosen in a form; <c>null</c>: all of them, or the only one of who looks.</summary>
    /// <exception cref="ProblemException">400: none was chosen.</exception>
    private protected Guid? ChosenOrganization() =>
        !IsOfAll || Posted(Organization) == All
            ? null
            : PostedId(Organization) ?? throw ProblemException.Invalid(Organization, T["organizations.choose-one"]);

    /// <summary>The names of organizations, by their ids.</summary>
    private protected Task<IReadOnlyDictionary<Guid, string>> OrganizationNamesAsync(IEnumerable<Guid?> ids) =>
        ReadAsync((OrganizationUseCases organizations) => organizations.NamesAsync(Known(ids), Ct));

    /// <summary>The same of connections.</summary>
    private protected Task<IReadOnlyDictionary<Guid, string>> ConnectionNamesAsync(IEnumerable<Guid?> ids) =>
        ReadAsync((Admin.Connections.ConnectionUseCases connections) => connections.NamesAsync(Known(ids), Ct));

    /// <summary>The name of what may have been deleted since: then it has an id alone.</summary>
    private protected static string NameIn(IReadOnlyDictionary<Guid, string> names, Guid id) => names.GetValueOrDefault(id, $"{id}");

    static Guid[] Known(IEnumerable<Guid?> ids) => [.. ids.OfType<Guid>().Distinct()];
}
