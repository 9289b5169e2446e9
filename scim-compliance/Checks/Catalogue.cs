namespace ScimCompliance.Checks;

/// <summary>Every check there is, in the order they run and are listed.</summary>
static class Catalogue
{
    public static IReadOnlyList<Check> All { get; } =
    [
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
    ];

    /// <param name="only">Ids or dotted beginnings of ids; none takes all.</param>
    public static IEnumerable<Check> Choose(Profiles profiles, IReadOnlyCollection<string> only) => All
        .Where(check => (check.Profiles & profiles) is not 0)
        .Where(check => only.Count is 0 || only.Any(start => check.Id == start || check.Id.StartsWith(start.TrimEnd('*', '.') + ".", StringComparison.Ordinal)));
}
