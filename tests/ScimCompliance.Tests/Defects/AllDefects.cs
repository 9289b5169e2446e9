namespace ScimCompliance.Tests.Defects;

static class AllDefects
{
    static readonly Defect[] All =
    [
        .. TransportDefects.All,
        .. DiscoveryDefects.All,
        .. FilterDefects.All,
        .. ListDefects.All,
        .. UserDefects.All,
        .. ValueDefects.All,
        .. PatchDefects.All,
        .. PatchEffectDefects.All,
        .. GroupDefects.All,
    ];

    public static IEnumerable<TestCaseData> Cases => All.Select(defect => new TestCaseData(defect).SetArgDisplayNames(defect.Sentence));
}
