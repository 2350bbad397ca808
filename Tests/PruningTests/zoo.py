"""The networks of the public collections, written anew under their parameters' names.

Each class takes its numbers of blocks, or a VGG its list of convolutions and pools: a network that some were cut from has to
load into the same class with fewer, and nothing else may be needed for that.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

VGG11 = [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]
VGG16 = [64, 64, "M", 128, 128, "M"] + [256] * 3 + ["M"] + ([512] * 3 + ["M"]) * 2
VGG19 = [64, 64, "M", 128, 128, "M"] + [256] * 4 + ["M"] + ([512] * 4 + ["M"]) * 2
# Hidden channels for each of the input's, channels, blocks, stride: as the CIFAR collections have them.
MOBILENET = [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]


def conv(inputs, outputs, kernel, stride=1, groups=1, bias=False):
    return nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=bias)


def stages(block, inputs, widths, counts):
    """A Sequential for each stage; every first block but the first stage's halves the maps."""
    for stage, (width, count) in enumerate(zip(widths, counts, strict=True)):
        blocks = []
        for index in range(count):
            blocks.append(block(inputs, width, 2 if stage > 0 and index == 0 else 1))
            inputs = width * block.expansion
        yield nn.Sequential(*blocks)


class BasicBlock(nn.Module):
    expansion, key = 1, "shortcut"

    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, planes, 3, stride), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = conv(planes, planes, 3), nn.BatchNorm2d(planes)
        project(self, inputs, planes, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + shortcut(self, x))


class Bottleneck(nn.Module):
    expansion, key = 4, "shortcut"

    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, planes, 1), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = conv(planes, planes, 3, stride), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = conv(planes, 4 * planes, 1), nn.BatchNorm2d(4 * planes)
        project(self, inputs, 4 * planes, stride)

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(y)) + shortcut(self, x))


def project(block, inputs, outputs, stride):
    if stride != 1 or inputs != outputs:
        setattr(block, block.key, nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs)))


def shortcut(block, x):
    projection = getattr(block, block.key, None)
    return x if projection is None else projection(x)


class DownsampledBasicBlock(BasicBlock):
    key = "downsample"


class DownsampledBottleneck(Bottleneck):
    key = "downsample"


class OptionABlock(BasicBlock):
    """akamaster's: every second pixel, and zero channels on both sides."""

    def __init__(self, inputs, planes, stride):
        super().__init__(inputs, planes, 1)
        if hasattr(self, self.key):
            delattr(self, self.key)
        self.conv1.stride, self.side = (stride, stride), (planes - inputs) // 2
        self.stride = stride

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.stride != 1 or self.side:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.side, self.side))
        return F.relu(y + x)


class ResNet(nn.Module):
    """kuangliu's; with option A akamaster's."""

    def __init__(self, counts, widths=(64, 128, 256, 512), block=BasicBlock, classes=10):
        super().__init__()
        self.conv1, self.bn1 = conv(3, widths[0], 3), nn.BatchNorm2d(widths[0])
        for index, stage in enumerate(stages(block, widths[0], widths, counts), 1):
            setattr(self, f"layer{index}", stage)
        self.linear = nn.Linear(widths[-1] * block.expansion, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for name, stage in self.named_children():
            if name.startswith("layer"):
                x = stage(x)
        return self.linear(x.mean((2, 3)))


class ImageNetResNet(nn.Module):
    """torchvision's: a stem of 7×7 and stride 2, and a max-pool."""

    def __init__(self, counts, widths=(64, 128, 256, 512), block=DownsampledBasicBlock, classes=10):
        super().__init__()
        self.conv1, self.bn1 = conv(3, widths[0], 7, 2), nn.BatchNorm2d(widths[0])
        self.layer1, self.layer2, self.layer3, self.layer4 = stages(block, widths[0], widths, counts)
        self.fc = nn.Linear(widths[-1] * block.expansion, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        return self.fc(self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean((2, 3)))


class FunctionBlock(nn.Module):
    """weiaicunzai's: what other collections call conv1, bn1 … are numbers in a Sequential."""
    expansion, key = 1, "shortcut"

    def __init__(self, inputs, planes, stride):
        super().__init__()
        outputs = planes * self.expansion
        self.residual_function = nn.Sequential(*self.function(inputs, planes, stride))
        project(self, inputs, outputs, stride)

    def function(self, inputs, planes, stride):
        return (conv(inputs, planes, 3, stride), nn.BatchNorm2d(planes), nn.ReLU(),
                conv(planes, planes, 3), nn.BatchNorm2d(planes))

    def forward(self, x):
        return F.relu(self.residual_function(x) + shortcut(self, x))


class FunctionBottleneck(FunctionBlock):
    expansion = 4

    def function(self, inputs, planes, stride):
        return (conv(inputs, planes, 1), nn.BatchNorm2d(planes), nn.ReLU(),
                conv(planes, planes, 3, stride), nn.BatchNorm2d(planes), nn.ReLU(),
                conv(planes, 4 * planes, 1), nn.BatchNorm2d(4 * planes))


class FunctionResNet(nn.Module):
    """weiaicunzai's."""

    def __init__(self, counts, widths=(64, 128, 256, 512), block=FunctionBlock, classes=100):
        super().__init__()
        self.conv1 = nn.Sequential(conv(3, widths[0], 3), nn.BatchNorm2d(widths[0]), nn.ReLU())
        self.conv2_x, self.conv3_x, self.conv4_x, self.conv5_x = stages(block, widths[0], widths, counts)
        self.fc = nn.Linear(widths[-1] * block.expansion, classes)

    def forward(self, x):
        x = self.conv5_x(self.conv4_x(self.conv3_x(self.conv2_x(self.conv1(x)))))
        return self.fc(x.mean((2, 3)))


class PreActBlock(nn.Module):
    """kuangliu's: BatchNorm and ReLU before each convolution; a bare convolution on the shortcut."""
    expansion = 1

    def __init__(self, inputs, planes, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, planes, 3, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(planes), conv(planes, planes, 3)
        if stride != 1 or inputs != planes:
            self.shortcut = nn.Sequential(conv(inputs, planes, 1, stride))

    def forward(self, x):
        y = F.relu(self.bn1(x))
        if hasattr(self, "shortcut"):
            x = self.shortcut(y)
        return self.conv2(F.relu(self.bn2(self.conv1(y)))) + x


class PreActResNet(ResNet):
    def __init__(self, counts, widths=(64, 128, 256, 512), classes=10):
        super().__init__(counts, widths, PreActBlock, classes)
        self.bn1 = None

    def forward(self, x):
        x = self.layer4(self.layer3(self.layer2(self.layer1(self.conv1(x)))))
        return self.linear(x.mean((2, 3)))


class VGG(nn.Module):
    """kuangliu's with one fully connected layer; with the places of three, Lu et al.'s (1, 4, 6) and others (0, 3, 6)."""

    def __init__(self, configuration, head=(), hidden=512, normalized=True, classes=10):
        super().__init__()
        layers, channels = [], 3
        for width in configuration:
            if width == "M":
                layers.append(nn.MaxPool2d(2))
                continue
            layers.append(conv(channels, width, 3, bias=True))
            layers += [nn.BatchNorm2d(width)] if normalized else []
            layers.append(nn.ReLU())
            channels = width
        self.features = nn.Sequential(*layers)
        if not head:
            self.classifier = nn.Linear(channels, classes)
            return
        modules = [nn.ReLU() for _ in range(head[2] + 1)]
        if head[0]:
            modules[0] = nn.Dropout()
        modules[head[0]], modules[head[1]] = nn.Linear(channels, hidden), nn.Linear(hidden, hidden)
        modules[head[1] - 1 if head[0] else head[1] + 2] = nn.Dropout()
        modules[head[2]] = nn.Linear(hidden, classes)
        self.classifier = nn.Sequential(*modules)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class Inverted(nn.Module):
    """kuangliu's inverted residual: a shortcut wherever the stride is 1."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        hidden = expansion * inputs
        self.conv1, self.bn1 = conv(inputs, hidden, 1), nn.BatchNorm2d(hidden)
        self.conv2, self.bn2 = conv(hidden, hidden, 3, stride, hidden), nn.BatchNorm2d(hidden)
        self.conv3, self.bn3 = conv(hidden, outputs, 1), nn.BatchNorm2d(outputs)
        self.stride, self.key = stride, "shortcut"
        if stride == 1:
            project(self, inputs, outputs, 1)

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        y = self.bn3(self.conv3(y))
        return y + shortcut(self, x) if self.stride == 1 else y


class MobileNetV2(nn.Module):
    """kuangliu's."""

    def __init__(self, configuration=MOBILENET, stem=32, last=1280, classes=10):
        super().__init__()
        self.conv1, self.bn1 = conv(3, stem, 3), nn.BatchNorm2d(stem)
        layers, channels = [], stem
        for expansion, width, count, stride in configuration:
            for index in range(count):
                layers.append(Inverted(channels, width, expansion, stride if index == 0 else 1))
                channels = width
        self.layers = nn.Sequential(*layers)
        self.conv2, self.bn2 = conv(channels, last, 1), nn.BatchNorm2d(last)
        self.linear = nn.Linear(last, classes)

    def forward(self, x):
        x = self.layers(F.relu(self.bn1(self.conv1(x))))
        return self.linear(F.relu(self.bn2(self.conv2(x))).mean((2, 3)))


class ConvBNReLU(nn.Sequential):
    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        super().__init__(conv(inputs, outputs, kernel, stride, groups), nn.BatchNorm2d(outputs), nn.ReLU6())


class InvertedResidual(nn.Module):
    """torchvision's: an Add where the shape stays, no convolution that would not widen."""

    def __init__(self, inputs, outputs, expansion, stride):
        super().__init__()
        hidden = expansion * inputs
        widening = [ConvBNReLU(inputs, hidden, 1)] if expansion != 1 else []
        self.conv = nn.Sequential(
            *widening, ConvBNReLU(hidden, hidden, 3, stride, hidden), conv(hidden, outputs, 1), nn.BatchNorm2d(outputs))
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        return x + self.conv(x) if self.adds else self.conv(x)


class FeaturesMobileNetV2(nn.Module):
    """huyvnphan's and chenyaofo's, with torchvision's names."""

    def __init__(self, configuration=MOBILENET, stem=32, last=1280, classes=10):
        super().__init__()
        features, channels = [ConvBNReLU(3, stem, 3)], stem
        for expansion, width, count, stride in configuration:
            for index in range(count):
                features.append(InvertedResidual(channels, width, expansion, stride if index == 0 else 1))
                channels = width
        self.features = nn.Sequential(*features, ConvBNReLU(channels, last, 1))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(last, classes))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def without(model, units):
    """The same network with units replaced by nothing: blocks, or convolutions with their BatchNorm and ReLU."""
    for unit in units:
        holder, _, number = unit.rpartition(".")
        parent, number = model.get_submodule(holder), int(number)
        last = number
        if isinstance(parent[number], nn.Conv2d):
            while last + 1 < len(parent) and isinstance(parent[last + 1], (nn.BatchNorm2d, nn.ReLU)):
                last += 1
        for index in range(number, last + 1):
            parent[index] = nn.Identity()
    return model
