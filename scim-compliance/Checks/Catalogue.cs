namespace ScimCompliance.Checks;

/// <summary>All checks, in the order in which they run and are listed.</summary>
static class Catalogue
{
    public static IReadOnlyList<Check> All { get; } =
    [
        .. Connecting.ProbeChecks.All,
        .. Connecting.TokenChecks.All,
        .. Transport.MediaTypeChecks.All,
        .. Transport.HttpChecks.All,
        .. Transport.TextChecks.All,
        .. Errors.ErrorDocumentChecks.All,
        .. Errors.RefusalChecks.All,
        .. Errors.NotFoundChecks.All,
        .. Discovery.ServiceProviderConfigChecks.All,
        .. Discovery.ResourceTypeChecks.All,
        .. Discovery.SchemaChecks.All,
        .. Discovery.FlatteningChecks.All,
        .. Discovery.ShapeChecks.All,
        .. Discovery.PasswordChecks.All,
        .. Filters.MatchChecks.All,
        .. Filters.OperatorChecks.All,
        .. Filters.LiteralChecks.All,
        .. Filters.InvalidFilterChecks.All,
        .. Filters.GroupAndExtensionFilterChecks.All,
        .. Paging.IndexPagingChecks.All,
        .. Paging.CursorPagingChecks.All,
        .. Sorting.SortChecks.All,
        .. Projection.ProjectionChecks.All,
        .. Projection.AnswerProjectionChecks.All,
        .. Searching.SearchChecks.All,
        .. Users.CreateUserChecks.All,
        .. Users.UserNameChecks.All,
        .. Users.CreatedValueChecks.All,
        .. Users.CreateToleranceChecks.All,
        .. Users.ReadOnlyChecks.All,
        .. Users.ReadUserChecks.All,
        .. Users.ReplaceUserChecks.All,
        .. Users.DeleteUserChecks.All,
        .. Lifecycle.ActiveChecks.All,
        .. Lifecycle.LeaverChecks.All,
        .. Patching.OperationChecks.All,
        .. Patching.DialectChecks.All,
        .. Patching.PathlessChecks.All,
        .. Patching.ValuePathChecks.All,
        .. Patching.ExtensionChecks.All,
        .. Patching.PatchErrorChecks.All,
        .. Patching.PatchAnswerChecks.All,
        .. Patching.ManagerChecks.All,
        .. Patching.RolesChecks.All,
        .. Patching.ClearChecks.All,
        .. ETags.ETagChecks.All,
        .. Groups.CreateGroupChecks.All,
        .. Groups.ReadGroupChecks.All,
        .. Groups.RenameGroupChecks.All,
        .. Groups.PutGroupChecks.All,
        .. Groups.FindGroupChecks.All,
        .. Members.AddMemberChecks.All,
        .. Members.RemoveMemberChecks.All,
        .. Members.ReplaceMemberChecks.All,
        .. Members.MemberViewChecks.All,
        .. Concurrency.ParallelMemberChecks.All,
        .. Concurrency.ParallelUserChecks.All,
        .. Concurrency.LoadChecks.All,
        .. Bulk.BulkOperationChecks.All,
        .. Bulk.BulkReferenceChecks.All,
        .. Bulk.BulkErrorChecks.All,
        .. Okta.OktaUserChecks.All,
        .. Okta.OktaGroupChecks.All,
        .. Validator.ValidatorUserChecks.All,
        .. Validator.ValidatorGroupChecks.All,
        .. Gallery.GalleryUserChecks.All,
        .. Gallery.GalleryGroupChecks.All,
        .. Gallery.GallerySchemaChecks.All,
        .. Gallery.GalleryDirectChecks.All,
        .. Gallery.GalleryCredentialChecks.All,
        .. OnDemand.OnDemandChecks.All,
    ];

    /// <param name="only">Ids, or beginnings of ids such as <c>groups.filter</c>; when there are none, all checks are chosen.</param>
    /// <param name="except">Ids, or beginnings of ids, of checks to leave out.</param>
    /// <exception cref="Verify.CannotRun">
    /// A name matches no check of these profiles. An error, so that a renamed check is not left out unnoticed.
    /// </exception>
    public static IReadOnlyList<Check> Choose(
        Profiles profiles,
        IReadOnlyCollection<string> only,
        IReadOnlyCollection<string>? except = null
    )
    {
        foreach (var name in only.Concat(except ?? []))
        {
            var named = All.Where(check => Names(name, check)).ToList();
            if (named is [])
                throw new Verify.CannotRun($"No check is called '{name}', nor a family of checks. 'scim-compliance catalogue' lists them.");
            if (only.Contains(name) && !named.Any(check => (check.Profiles & profiles) is not 0))
                throw new Verify.CannotRun($"'{name}' is not in the profile {profiles.ToString().ToLowerInvariant()}.");
        }
        return
        [
            .. All.Where(check =>
                (check.Profiles & profiles) is not 0
                && (only.Count is 0 || only.Any(name => Names(name, check)))
                && !(except ?? []).Any(name => Names(name, check))
            ),
        ];
    }

    static bool Names(string name, Check check) =>
        check.Id == name || check.Id.StartsWith(name.TrimEnd('*', '.') + ".", StringComparison.Ordinal);
}
