namespace ScimCompliance.Checks;

/// <summary>Every check there is, in the order they run and are listed.</summary>
static class Catalogue
{
    public static IReadOnlyList<Check> All { get; } =
    [
        .. Users.CreateUserChecks.All,
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

    /// <param name="only">Ids or dotted beginnings of ids; none takes all.</param>
    public static IEnumerable<Check> Choose(Profiles profiles, IReadOnlyCollection<string> only) => All
        .Where(check => (check.Profiles & profiles) is not 0)
        .Where(check => only.Count is 0 || only.Any(start => check.Id == start || check.Id.StartsWith(start.TrimEnd('*', '.') + ".", StringComparison.Ordinal)));
}
