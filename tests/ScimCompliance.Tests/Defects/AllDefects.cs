namespace ScimCompliance.Tests.Defects;

static class AllDefects
{
    static readonly Defect[] All =
    [
        .. PatchDefects.All,
    ];

    public static IEnumerable<TestCaseData> Cases => All.Select(defect => new TestCaseData(defect).SetArgDisplayNames(defect.Sentence));
}
