namespace Scim.Directory;

/// <summary>Where a connection reads who a user is.</summary>
sealed class UidRule(IReadOnlyList<ResourcePath> paths, UidFormat format)
{
    readonly bool _folds = paths.Any(SourcePath.IsSignInName);

    /// <summary>
    /// What is compared of a uid: without letter case when one of the paths leads to a userName or an e-mail address. It depends on the
    /// mapping only, so that an imported uid meets a received one.
    /// </summary>
    public string KeyOf(string uid) => _folds ? CaseFolding.Fold(uid) : uid;

    /// <summary>True when a user with this <c>externalId</c> may have it as uid.</summary>
    public bool MayBeUid(string externalId) => paths.Any(path => path.Attribute == CommonAttributes.ExternalId) && HasFormat(externalId);

    /// <summary>The uid; <c>null</c> when no path has a value.</summary>
    public (string? Uid, bool IsRenamed, Problem? Problem) Read(ReceivedUser user, bool isActive)
    {
        foreach (var path in paths)
        {
            var found = user.Values(path).Select(value => TypedValue.Text(value)).FirstOrDefault(text => !string.IsNullOrWhiteSpace(text));
            if (found is null || !HasFormat(found))
                continue;
            var stripped = !isActive && SourcePath.IsSignInName(path) ? TombstoneName.Strip(found) : null;
            if (found.Length > CommonAttributes.IndexedLength)
                return (null, false, TooLong(path));
            return (stripped ?? found, stripped is not null, null);
        }
        return (null, false, new(ProblemKind.MissingUid, null, $"The user has no uid: {Places} has no value{Kind}."));
    }

    bool HasFormat(string text) => format is not UidFormat.Guid || Mapping.IsGuid(text);

    string Places => paths.Count == 0 ? "no path of the mapping" : string.Join(" or ", paths.Select(path => $"'{path}'"));

    string Kind => format is UidFormat.Guid ? " that looks like a GUID" : "";

    static Problem TooLong(ResourcePath path) =>
        new(
            ProblemKind.InvalidValue,
            null,
            $"The uid in '{path}' is longer than {CommonAttributes.IndexedLength} characters. Map another attribute to it."
        );
}
