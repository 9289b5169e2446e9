namespace ScimCompliance.Checks;

/// <summary>Every check there is, in the order they run and are listed.</summary>
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
        .. Validator.ValidatorUserChecks.All,
        .. Validator.ValidatorGroupChecks.All,
    ];

    /// <param name="only">Ids or dotted beginnings of ids; none takes all.</param>
    public static IEnumerable<Check> Choose(Profiles profiles, IReadOnlyCollection<string> only) => All
        .Where(check => (check.Profiles & profiles) is not 0)
        .Where(check => only.Count is 0 || only.Any(start => check.Id == start || check.Id.StartsWith(start.TrimEnd('*', '.') + ".", StringComparison.Ordinal)));
}
